"""The paper twin of every form, made of the form on the screen, so that a new question is on paper
as well.

Not here: the survey on paper (`poet.survey.paper_form`). Start with `assessment_form`.
"""
