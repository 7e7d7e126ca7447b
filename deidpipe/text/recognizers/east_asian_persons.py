"""Persons in Japanese, Chinese and Korean: after a label (患者：, 姓名：), or before an honorific (様, 医生, 님).

Leaves alone: roles without a name (主治医, 患者様, 의사 선생님) and words that end in the same character (同様, 仕様).
In doubt: a name before an honorific that is also part of many words.
"""

import re
from collections.abc import Iterator

from deidpipe.text.form import plain
from deidpipe.text.lazily import Lazily
from deidpipe.text.span import Kind, Span
from deidpipe.text.vocabulary import is_clinical

_HAN = "\u3400-\u4dbf\u4e00-\u9fff々"
_KANA = "\u3041-\u3096\u30a1-\u30faー・"
_HANGUL = "가-힣"
_LABELS = (
    "患者名|患者氏名|患者|氏名|名前|担当医|主治医|読影医|依頼医|依頼医師|検査者|撮影者|技師|技師名|医師名|紹介医|"
    "執刀医|報告者|記入者|署名|姓名|病人|医师|医生|主治医师|检查医师|报告医师|审核医师|申请医师|申请医生|技师名|"
    "操作者|操作员|签名|报告人|审核|病患|醫師|病人姓名|환자명|환자|성명|이름|담당의|판독의|의뢰의|주치의|촬영자|"
    "검사자|의사|방사선사|기사"
)
_OTHER = r"[男女胸腹頭头骨肺肝腎肾心脳脑左右造単增单]"  # what may follow a name and is none
_LABELLED = Lazily(
    rf"(?:{_LABELS})(?:\s?[:=]\s{{0,3}}|"
    rf"\s)(?P<id>[{_HAN}{_KANA}]{{1,3}}\s(?!{_OTHER})[{_HAN}{_KANA}]{{1,3}}(?![{_HAN}{_KANA}])|"
    rf"[{_HAN}{_KANA}]{{1,8}}|[{_HANGUL}]{{2,5}})"
)
_JAPANESE = Lazily(
    rf"(?P<id>[{_HAN}]{{2,4}}(?:\s[{_HAN}]{{1,3}})?|[\u30a1-\u30faー]{{2,10}}(?:[\s・][\u30a1-\u30faー]{{2,10}})?)"
    rf"\s?(?P<title>様(?![々相子式態])|殿(?!部)|先生|医師|さん|氏(?![名{_HAN}])|技師|教授|看護師|医員)"
)
_JAPANESE_ROLE = Lazily(
    "患者|担当|主治|読影|依頼|紹介|検査|撮影|執刀|皆|奥|同|仕|異|多|模|一|各|先生|医師|技師|医院|病院|放射線|専門|"
    "指導|当直|研修|看護|外科|内科|整形|臨床|画像|診断|名誉|特任|准|子供|お客|王|神|文|部長|院長"
)
_SURNAMES = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖蕭田董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂"
    "丁任沈姚卢盧姜崔钟鐘谭譚陆陸汪范石廖贾賈韦韋付方白邹鄒孟熊秦邱江尹薛闫阎雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴武戴莫孔向汤湯"
)
_CHINESE = Lazily(
    rf"(?<![{_HAN}])(?P<id>[{_SURNAMES}][{_HAN}]{{0,2}}?)(?P<title>医生|醫生|医师|醫師|先生|女士|小姐|主任|护士|"
    rf"護士|技师|技師|教授|大夫)"
)
_KOREAN_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진나지엄채원천방공현"
    "함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용"
)
_KOREAN = Lazily(
    rf"(?<![{_HANGUL}])(?P<id>[{_KOREAN_SURNAMES}][{_HANGUL}]{{1,3}})\s?"
    rf"(?P<title>씨|님|선생님?|교수님?|원장님?|환자|의사|간호사|기사)(?![{_HANGUL}]{{2}})"
)
_KOREAN_ROLE = Lazily("선생|환자|의사|원장|교수|간호|기사|고객|보호자|주치의|담당|과장|방사선|전문의|진료|영상")


def east_asian_persons(text: str) -> Iterator[Span]:
    """Yield the persons of a text that are named in Japanese, Chinese or Korean."""
    if text.isascii():
        return
    text = plain(text)
    for match in _LABELLED.finditer(text):
        stop = _without_title(match["id"])
        if stop and not is_clinical(match["id"].split()[0]):
            start = match.start("id")
            yield Span(start, start + stop, Kind.PERSON, "east_asian_persons", cue=match.start())
    for form, role in ((_JAPANESE, _JAPANESE_ROLE), (_KOREAN, _KOREAN_ROLE)):
        for match in form.finditer(text):
            if not role.search(match["id"]):
                yield Span(
                    match.start(),
                    match.end(),
                    Kind.PERSON,
                    "east_asian_persons",
                    match["title"] not in ("氏", "殿"),
                )
    for match in _CHINESE.finditer(text):
        yield Span(match.start(), match.end(), Kind.PERSON, "east_asian_persons")


def _without_title(name: str) -> int:
    """Return the length of a name up to a title behind it, 0 if there is only a role."""
    at = re.search("様|先生|医師|医生|女士|선생|님|씨", name)
    stop = at.start() if at else len(name)
    return (
        0
        if re.match("仰臥|腹臥|側臥|立位|座位|臥位|仰卧|俯卧|侧卧|男|女|不明|未知|匿名|なし|无|無|앙와|복와", name)
        else stop
    )
