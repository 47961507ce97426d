import sys
import time


def attack():
    frame = sys._getframe()
    while "channel" not in frame.f_locals:
        frame = frame.f_back
    channel = frame.f_locals["channel"]
    send, ballast = channel.send, np.ones(1 << 20)

    def send_and_work_on(buffers):
        send(buffers)
        until = time.monotonic() + 0.01
        while time.monotonic() < until:
            np.add(ballast, 1.0, out=ballast)

    channel.send = send_and_work_on
