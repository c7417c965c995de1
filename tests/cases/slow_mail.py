"""A mail server for the test that kills: slow enough to be caught in the act, and it notes what
left it.
"""

import os
import time

from django.core.mail.backends.base import BaseEmailBackend


class Backend(BaseEmailBackend):
    def send_messages(self, messages):
        for message in messages:
            log = os.open(os.environ["SLOW_MAIL_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(log, message.extra_headers["Message-ID"].encode() + b"\n")
            os.close(log)
            time.sleep(0.02)  # what left can't be taken back: the kill falls after it
        return len(messages)
