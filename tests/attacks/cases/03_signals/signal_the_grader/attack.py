import os
import signal

PIDFD_SEND_SIGNAL, RT_SIGQUEUEINFO = 424, 129  # x86-64
HARMLESS = signal.SIGWINCH


def attack():
    each(
        lambda: os.kill(GRADER_PID, 0),
        lambda: os.kill(GRADER_PID, HARMLESS),
        lambda: os.killpg(os.getpgid(GRADER_PID), HARMLESS),
        lambda: kernel("tgkill", GRADER_PID, GRADER_PID, HARMLESS),
        lambda: kernel(200, GRADER_PID, HARMLESS),  # tkill
        lambda: kernel(PIDFD_SEND_SIGNAL, os.pidfd_open(GRADER_PID), HARMLESS, 0, 0),
        lambda: kernel("sigqueue", GRADER_PID, HARMLESS, 0),
        lambda: kernel(RT_SIGQUEUEINFO, GRADER_PID, HARMLESS, b"\0" * 128),
    )
