"""Words at which a name ends: they follow a cue such as "for" or "patient" as often as a name does.

A short list of ours, for the recognizers of persons and institutions, which judge by form; behind it stands the
vocabulary.
"""

from deidpipe.text.vocabulary import Standing, standing, words

_USUAL = Standing.CLINICAL | Standing.PLAIN | Standing.LISTED
_NAMES = Standing.GIVEN_NAME | Standing.FAMILY_NAME | Standing.PLACE
_FUNCTION = (
    "a an and are as at be but by for from has have he her his if in into is it its not of on or she so than that the "
    "their then there this to was were will with without you your w wo via per no nil none any all each other another "
    "which who when today yesterday tomorrow pre post before after during until since also only very more less new "
    "old same see seen und oder mit ohne der die das von vom zur zum bei im am nach et ou avec sans le la les des du "
    "pour con sin y el los las para e com sem o os um uma en il lo gli di da del della and/or vs versus please thank "
    "thanks dear hello unknown anonymous anonymized anonymised removed deleted na null nan test yes self pending "
    "above below "
)
_MODALITIES = (
    "ct mr mri mra mrv mrs mrcp pet us xr cr dr dx mg nm rt rf xa io op oct spect cbct dexa dti dwi adc fa md swi "
    "bold asl flair stir tse fse ffe gre spgr mprage epi haste vibe dixon cta ctv ivp ivu kub mip mpr svr ai gi gu lv "
    "rv la ra ap pa lat sag cor ax tra iv po im sc hu roi voi suv fdg ac nac te tr ti fov bw fs fc rx hx tx px bx sx "
    "id mm cm ml kg hr min sec ms rl lr hf ff hfs ffs hfp ffp rao lao lpo rpo cc mlo bi ecg ekg eeg emg map maps ge "
    "rgb usa uk who fda dicom pacs ris his sr "
)
_ROLES = (
    "patient patients pat pt physician physicians doctor doctors dr md nurse tech technologist technician operator "
    "radiologist radiographer radiology surgeon staff team resident fellow student consultant specialist department "
    "dept hospital clinic name names date time phone tel fax number no nr mrn dob ssn age sex male female man woman "
    "child adult infant pediatric paediatric herr frau mr mrs ms miss prof professor phd do rn np pa frcr facr "
    "attending referring requesting ordering reading performing signed electronically verified approved reviewed "
    "dictated transcribed report reports "
)
_TECHNIQUE = (
    "study studies exam exams examination scan scans scanning series image images imaging protocol protocols sequence "
    "acquisition acquired reconstruction recon localizer localiser scout topogram contrast enhanced enhancement phase "
    "phases arterial venous portal delayed delay early late axial coronal sagittal oblique transverse lateral left "
    "right bilateral anterior posterior superior inferior upper lower supine prone decubitus standing upright erect "
    "position positioning view views projection slice slices thin thick volume volumes dynamic static functional "
    "diffusion perfusion weighted spin echo gradient fast turbo flash field water fat saturation suppressed motion "
    "correction corrected calibration phantom quality control qa qc baseline screening diagnostic diagnosis therapy "
    "treatment planning plan simulation guidance guided biopsy intervention surgery procedure follow followup up "
    "followed evaluation evaluate assessment comparison compare review reference routine standard normal abnormal low "
    "high dose dosage kernel filter soft sharp bone lung window width level deep learning machine model segmentation "
    "registration measurement measurements analysis quantitative result results clinical research trial purpose use "
    "only investigational radiation stereotactic navigation needle placement catheter stent tube line removal foreign "
    "body rest stress resting exercise injection injected uptake tracer isotope attenuation emission transmission "
    "whole total partial first second third initial final interim repeat additional free breath hold held inspiration "
    "expiration respiratory gated triggered cardiac real world value mapping multi single dual energy source target "
    "object objects software hardware version system scanner console workstation site center centre room unit ward "
    "bed table coil array channel head feet better best visualization viewing display presentation storage transfer "
    "export import archive teaching education demo training state status characteristics information verification "
    "option options weight size height orientation comments comment history class group instructions data care safety "
    "support setup entrance exit side alignment tracking monitoring interface consent gender species breed record "
    "records location transport arrival requested stay admission discharge ctp nema dcmtk gdcm method retained "
    "outcome count list type entry presented presents reports underwent complains states denies tolerated moved "
    "refused unable cooperative "
)
_BODY = (
    "abdomen abdominal pelvis pelvic chest thorax thoracic head neck brain skull face sinus orbit orbits ear eye nose "
    "throat spine cervical lumbar sacral lumbosacral cord liver hepatic kidney kidneys renal bladder prostate uterus "
    "ovary breast breasts heart coronary aorta aortic pulmonary vein veins artery arteries carotid vascular vessel "
    "vessels knee hip hips shoulder elbow wrist hand hands finger foot feet ankle leg arm femur tibia humerus rib "
    "ribs sternum clavicle colon bowel stomach gastric esophagus pancreas spleen gallbladder biliary adrenal thyroid "
    "node nodes lymph muscle tissue skin joint joints extremity tumor tumour tumors mass lesion lesions nodule "
    "nodules cancer carcinoma lymphoma glioma metastasis metastases fracture pain hemorrhage stroke infarct ischemia "
    "embolism thrombosis stenosis aneurysm infection pneumonia abscess edema trauma injury seizure dementia epilepsy "
    "sclerosis disease syndrome disorder stone stones cyst hernia leak bleeding obstruction perforation appendicitis "
    "thrombus fluid effusion emphysema fibrosis staging restaging response "
)

_MAKERS_AND_PLACES = (
    "philips siemens toshiba canon hitachi fuji fujifilm agfa hologic varian elekta bruker sectra kodak carestream "
    "shimadzu mindray samsung neusoft esaote mediso konica minolta barco merge mckesson picker marconi elscint acuson "
    "adac healthineers day mobile general referring outside local private university community regional outpatient "
    "inpatient emergency memory women children family specialty acute medical health care night home our your "
)

_HARD = frozenset(f"{_FUNCTION} {_MODALITIES} {_ROLES}".split())
_SOFT = _HARD | frozenset(f"{_TECHNIQUE} {_BODY} {_MAKERS_AND_PLACES}".split())


def never_a_name(word: str) -> bool:
    """Tell whether a word is no name even after "Dr." or "Name:"."""
    return word.lower().strip(".") in _HARD


def seldom_a_name(word: str) -> bool:
    """Tell whether a word is more likely one of imaging or of plain language than the name of a person."""
    return all(part in _SOFT or _is_only(standing(part), _USUAL) for part in _parts(word))


def is_of_imaging(word: str) -> bool:
    """Tell whether a word is one of imaging: a name ends there. Streets and hospitals are called after plain words."""
    own = words()
    return all(part in _SOFT or _is_only(own.get(part, Standing.UNKNOWN), Standing.CLINICAL) for part in _parts(word))


def _parts(word: str) -> list[str]:
    return word.lower().strip(".").removesuffix("'s").split("-")


def _is_only(known: Standing, usual: Standing) -> bool:
    return bool(known & usual) and not known & _NAMES
