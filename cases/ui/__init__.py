"""What draws: form fields as Design System components, tables as files, glossary, easy read, the
frame of a page.

Not here: which facts a page shows (the presenters of each room) or the templates. Start with
`components`.
"""
