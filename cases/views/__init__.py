"""The pages of the cases app: thin, each asks a room and draws. One of a record begins with
`get_case`.

Not here: rules (`cases.actions`), words and rows (the presenters of each room). Start with `case`;
`act` is every move's page, `page_context` the frame of all pages.
"""
