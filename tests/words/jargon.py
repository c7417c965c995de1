"""Words of the law and of the field. On pages `cases/ui/glossary.py` explains them; letters explain
in their own sentences.
"""

# In a letter: the word, and what must stand in the same letter where it is used.
IN_LETTERS = {
    "indicative budget": ("early idea of the money", "about how much money"),
    "direct payment": ("the council pays the money",),
    "eligible needs": ("the council must look at how",),
    "advocate": ("helps you to say what you want",),
    "panel": ("group of people",),
    "ombudsman": ("not part of the council",),
    "contribution": ("what you pay yourself",),
}
# Never used to residents: each has a plain word, or is about us and not about them.
NEVER = (
    "resource allocation",
    "domiciliary",
    "reablement",
    "safeguarding",
    "commissioning",
    "care package",
    "service user",
    "client",
    "personalisation",
    "brokerage",
    "deployment",
    "delegation",
    "sign-off",
    "means test",
    "clawback",
    "substantial difficulty",
    "mental capacity",
    "best interests",
    "section 117",
    "deferred payment",
    "statutory guidance",
    "stakeholder",
    "signpost",
    "holistic",
    "person-centred",
    "co-production",
    "multi-disciplinary",
    "liaise",
    "facilitate",
    "utilise",
    "in respect of",
    "pursuant",
    "hereby",
    "aforementioned",
    "individual service fund",
    "carer's assessment",
)
