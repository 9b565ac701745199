"""Writes real.tfevents, an event file by TensorBoard's own writer, with one summary of each kind.

    python make.py        # tensorboard==2.21.0, in this folder
"""
import glob
import os
import shutil

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.plugins.hparams import summary_v2 as hparams
from tensorboard.plugins.histogram import summary_v2 as histogram
from tensorboard.plugins.scalar import summary_v2 as scalar
from tensorboard.plugins.text import summary_v2 as text
from tensorboard.summary.writer.event_file_writer import EventFileWriter

writer = EventFileWriter("made")
for step, summary in [
    (3, scalar.scalar_pb("loss", 0.5)), (4, scalar.scalar_pb("loss", -2.25)),
    (1, histogram.histogram_pb("weights", [0.0, 0.5, 1.0, 1.0, -1.0], buckets=4)),
    (2, text.text_pb("notes", "**fine** \u00e9")), (0, hparams.hparams_pb({"units": 16, "name": "a", "on": True}, start_time_secs=5))]:
    writer.add_event(event_pb2.Event(wall_time=1000.5 + step, step=step, summary=summary))
writer.close()
shutil.move(glob.glob("made/*")[0], "real.tfevents")
os.rmdir("made")
