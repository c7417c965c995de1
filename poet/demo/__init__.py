"""Two invented councils and invented people, walked through the journey by real moves.

Here: the councils (council.py), the people (people.py), one walk of a case (walk.py), and the stage
on which all walks happen in order of time (stage.py). Nothing here is a shortcut: every case is
moved by the same actions as people use.
"""
