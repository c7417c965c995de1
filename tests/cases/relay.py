"""A mail server of a few lines on loopback, as slow, choosy or silent as a test wishes. Whatever
it accepted it keeps."""

import re
import socketserver
import threading
import time
from email import message_from_bytes
from email.policy import default


class Relay:
    """`wait`: seconds before the answer to a verb ("end": to the finished letter). `answers`: a
    recipient's answers, in turn, the last for ever. `drops`: the verb at which the connection is
    cut. `hello`: the greeting."""

    def __init__(
        self, wait=None, answers=None, drops="", hello=b"220 ready", data=b"354 go on", port=0
    ):
        self.wait, self.drops, self.hello, self.data = wait or {}, drops, hello, data
        self.answers = {name: list(said) for name, said in (answers or {}).items()}
        self.accepted, self.asked, self.connections = [], [], 0
        relay = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self):
                relay.connections += 1
                try:
                    relay.talk(self.rfile, self.wfile)
                except OSError:
                    pass  # whoever asked has gone

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads = True, True

        self.server = Server(("127.0.0.1", port), Talk)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def talk(self, read, write):
        write.write(self.hello + b"\r\n")
        to = b""
        while line := read.readline():
            verb = line[:4].upper().decode().strip()
            time.sleep(self.wait.get(verb, 0))
            if verb == self.drops:
                return
            if verb == "RCPT":
                to = re.search(rb"<(.*)>", line)[1]
                write.write(self.answer(to.decode()) + b"\r\n")
            elif verb == "DATA":
                write.write(self.data + b"\r\n")
                if self.data.startswith(b"354"):
                    self.letter(to.decode(), read, write)
            else:
                write.write(b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")

    def answer(self, to):
        self.asked.append(to)
        said = self.answers.get(to, [b"250 ok"])
        return said.pop(0) if len(said) > 1 else said[0]

    def letter(self, to, read, write):
        lines = []
        while (line := read.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if not line or self.drops == "letter":
            return
        self.accepted.append((to, message_from_bytes(b"".join(lines), policy=default)))
        time.sleep(self.wait.get("end", 0))
        if self.drops != "end":
            write.write(b"250 taken\r\n")

    def close(self):
        self.server.shutdown()
        self.server.server_close()
