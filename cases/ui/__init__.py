"""What draws: components of the Design System, form fields and the form toolkit, numbers as people
type them, days as people read them, tables as files, glossary, easy read.

Not here: which facts a page shows (the presenters of each room), the frame of a page
(`cases.views.page_context`), the templates. Start with `components`.
"""
