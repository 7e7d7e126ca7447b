import pytest

from deidpipe.text.recognizers.east_asian_persons import east_asian_persons
from tests.unit.text.shelf import found


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("患者：山田太郎 胸部", "山田太郎"),
        ("氏名:山田 太郎", "山田 太郎"),
        ("読影医：鈴木", "鈴木"),
        ("山田太郎様", "山田太郎様"),
        ("胸部CT 鈴木先生", "鈴木先生"),
        ("ヤマダ タロウ様", "ヤマダ タロウ様"),
        ("田中技師", "田中技師"),
        ("患者：张三", "张三"),
        ("姓名：李小明 男", "李小明"),
        ("王医生", "王医生"),
        ("李小明先生", "李小明先生"),
        ("환자명: 홍길동", "홍길동"),
        ("홍길동 님", "홍길동 님"),
        ("홍길동님", "홍길동님"),
        ("김철수 선생님", "김철수 선생님"),
    ],
)
def test_a_person_is_found(text: str, person: str) -> None:
    assert person in found(east_asian_persons, text)


@pytest.mark.parametrize(
    "text",
    [
        "患者様",
        "同様",
        "仕様",
        "多様",
        "異常なし",
        "主治医",
        "担当医師",
        "放射線技師",
        "体位：仰臥位",
        "患者：男性",
        "医生",
        "의사 선생님",
        "환자",
        "흉부 CT",
        "頭部単純",
        "肝臓 造影",
        "Dr. Smith",
    ],
)
def test_roles_and_words_stay(text: str) -> None:
    assert found(east_asian_persons, text) == []
