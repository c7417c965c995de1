"""How a council is reached, when its telephone is answered, and whether its set-up is complete.

Not here: teams, seats, targets (the admin's pages). Start with `contact_details`.
"""
