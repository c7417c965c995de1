"""Invented people: names from two lists, NHS numbers from the range kept for tests."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import nhs_number

FIRST = (
    "Ada Amir Anita Arthur Beatrice Bela Bilal Bridie Carys Cedric Chidi Clara Daisy Deepa "
    "Desmond Dilys Edie Emeka Enid "
    "Fatima Fergus Flora Gareth Gita Gwen Hamid Hazel Hector Imogen Ines Isaac Ivy Jamila "
    "Jasper Joan Kamal Kezia Kofi "
    "Lena Leroy Lilian Mabel Magnus Meera Mina Nadia Nell Niamh Olive Omar Oscar Pearl Percy "
    "Priya Quentin Rashid Rhona "
    "Rosa Rupert Sadie Samir Sheila Tariq Thea Tomos Una Usha Vera Vikram Wanda Wilf Yasmin "
    "Yusuf Zara Zeno"
).split()
LAST = (
    "Alder Ashdown Bale Birch Brook Carr Chalke Combe Dale Dove Elder Fell Fenn Finch Frost "
    "Garth Glen Grove Hale Hart "
    "Heath Hill Holt Hurst Ivers Jay Kestrel Lark Lea Linden Lowe Marsh Mead Merle Moor Nash "
    "Oakes Orchard Peel Pike Plover "
    "Quarry Rook Rowan Rushe Sage Shaw Sparrow Stone Swift Tarn Teal Thorne Vale Wade Weir "
    "West Wick Wren Yarrow Yew"
).split()
GROUPS = (
    "physical",
    "physical",
    "physical",
    "memory",
    "memory",
    "learning",
    "mental_health",
    "sensory",
)


@dataclass(frozen=True)
class Invented:
    """One invented person."""

    name: str
    born: date
    nhs_number: str
    group: str
    contact_by: str
    communication: str


class Population:
    """Invented people in the order of a seeded generator; no two share an NHS number."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.used: set[str] = set()

    def next(self, on: date, *, carer: bool) -> Invented:
        rng = self.rng
        years = (
            rng.gauss(58, 12)
            if carer
            else rng.choice((rng.gauss(78, 9), rng.gauss(78, 9), rng.gauss(44, 14)))
        )
        born = on - timedelta(days=int(min(max(years, 18.5), 101) * 365.25))
        return Invented(
            name=f"{rng.choice(FIRST)} {rng.choice(LAST)}",
            born=born,
            nhs_number=self._number(),
            group="carer" if carer else rng.choice(GROUPS),
            contact_by=rng.choices(("email", "phone", "letter"), (5, 3, 3))[0],
            communication=rng.choices(
                ("standard", "large_print", "easy_read", "audio"), (80, 12, 5, 3)
            )[0],
        )

    def _number(self) -> str:
        """Nine digits from the seeded generator within the synthetic range 999, the check digit by
        the library.
        """
        while True:
            digits = "999" + "".join(str(self.rng.randrange(10)) for _ in range(6))
            check = nhs_number.calculate_checksum(digits)
            if check == 10 or digits in self.used:
                continue
            self.used.add(digits)
            return f"{digits}{check}"
