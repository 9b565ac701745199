"""Reads with real TensorBoard what Ibex wrote, and compares it with what Keras's own callback writes.

    python check_board.py FOLDER

In the environment of Keras 3 every value is read back by TensorBoard's event reader and by the data provider behind its
pages, and Keras 3's callback is run on the same trainings; it writes through `tensorflow.summary`, in place of which a
recorder notes what it is told. In the environment of Keras 2.12 the callback runs as it is, with TensorFlow.
"""

import json
import math
import os
import sys
import tempfile
import warnings

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.filterwarnings("ignore")

import keras
import numpy as np
from tensorboard.backend.event_processing import event_accumulator
from tensorboard.util import tensor_util

IS_KERAS3 = keras.__version__.startswith("3")
if not IS_KERAS3:
    from tensorflow import keras

checks, failures = 0, 0


def check(what, passed, found=""):
    global checks, failures
    checks += 1
    failures += not passed
    if not passed:
        print(f"FAIL {what} {found}", flush=True)


def array(entry, dtype="float32"):
    return np.array(entry["values"], dtype=dtype).reshape(entry["shape"])


def close(found, wanted, bound=1e-5):
    found, wanted = np.asarray(found, "float64"), np.asarray(wanted, "float64")
    return found.shape == wanted.shape and np.allclose(found, wanted, rtol=bound, atol=bound * 0.1, equal_nan=True)


def read(folder):
    """{tag: {step: array}} and the plugins' names, by TensorBoard's accumulator."""
    reader = event_accumulator.EventAccumulator(folder, size_guidance={"tensors": 0})
    reader.Reload()
    values = {tag: {e.step: tensor_util.make_ndarray(e.tensor_proto) for e in reader.Tensors(tag)} for tag in reader.Tags()["tensors"]}
    return values, {tag: reader.SummaryMetadata(tag).plugin_data for tag in values}


def points(values):
    return {(tag, step) for tag, steps in values.items() for step in steps}


def pixels(png):
    import io

    from PIL import Image

    image = np.asarray(Image.open(io.BytesIO(png)))
    return image if image.ndim == 3 else image[..., None]


def as_bytes(image):
    """Floats as TensorFlow's convert_image_dtype makes bytes of them."""
    return np.clip(np.asarray(image, "float64") * 255.5, 0, 255).astype("uint8")


def buckets(values, count=30):
    from tensorboard.plugins.histogram import summary_v2

    return tensor_util.make_ndarray(summary_v2.histogram_pb("h", np.asarray(values, "float64"), count).value[0].tensor)


def check_written(folder, facts):
    """What the writer wrote by itself."""
    from tensorboard.plugins.hparams import metadata

    values, plugins = read(folder)
    names = {"a/scalar": "scalars", "histogram": "histograms", "image": "images", "text": "text"}
    for tag, name in names.items():
        check(f"{tag} plugin", plugins[tag].plugin_name == name, plugins[tag].plugin_name)
    wanted = [np.float32(float(value)) for value in facts["scalars"]]
    check("scalar steps", list(values["a/scalar"]) == [0, 10, 20, 30, 40], list(values["a/scalar"]))
    for found, want in zip(values["a/scalar"].values(), wanted):
        check("scalar", found.dtype == np.float32 and found.shape == () and (found == want or math.isnan(found) and math.isnan(want)), found)
    check("histogram", close(values["histogram"][7], buckets(array(facts["histogram"]), 12)), values["histogram"][7])
    image = array(facts["image"])
    stored = values["image"][8]
    check("image size", [int(stored[0]), int(stored[1]), len(stored)] == [7, 6, 6], stored[:2])
    for index in range(4):
        check(f"image {index}", np.array_equal(pixels(stored[2 + index]), as_bytes(image[index])))
    for channels in (1, 2, 4):
        found = pixels(values[f"image{channels}"][1][2])
        check(f"image of {channels}", np.array_equal(found, np.full((3, 2, channels), 127)), found.shape)
    check("text", values["text"][9].item().decode() == "# Title\n\n| a | é |\n", values["text"][9])

    start = metadata.parse_session_start_info_plugin_data(plugins["_hparams_/session_start_info"].content)
    check("trial", start.group_name == "trial-1", start.group_name)
    chosen = {key: getattr(value, value.WhichOneof("kind")) for key, value in start.hparams.items()}
    check("hparams", chosen == {"units": 16, "rate": 0.25, "kind": "b", "on": True}, chosen)
    end = metadata.parse_session_end_info_plugin_data(plugins["_hparams_/session_end_info"].content)
    check("end", end.status == 1 and end.end_time_secs >= start.start_time_secs, end)
    experiment = metadata.parse_experiment_plugin_data(plugins["_hparams_/experiment"].content)
    infos = [(i.name, i.display_name, i.description, i.type, list(i.domain_discrete.values) and [getattr(v, v.WhichOneof("kind")) for v in i.domain_discrete.values] or [i.domain_interval.min_value, i.domain_interval.max_value]) for i in experiment.hparam_infos]
    want = [("units", "Units", "how many", 3, [8, 16]), ("rate", "", "", 3, [0.1, 0.4]), ("kind", "", "", 1, ["a", "b"]), ("on", "", "", 2, [True, False])]
    check("experiment", infos == want, infos)
    check("metrics", [(m.name.tag, m.display_name) for m in experiment.metric_infos] == [("a/scalar", "Scalar")], experiment.metric_infos)


def check_pages(root):
    """The same by the provider that TensorBoard's pages ask."""
    from tensorboard import context
    from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
    from tensorboard.plugins.graph import keras_util

    multiplexer = plugin_event_multiplexer.EventMultiplexer(tensor_size_guidance={name: 0 for name in ("scalars", "histograms", "images")})
    multiplexer.AddRunsFromDirectory(root)
    multiplexer.Reload()
    pages = data_provider.MultiplexerDataProvider(multiplexer, root)
    request = context.RequestContext()
    scalars = pages.read_scalars(request, experiment_id="", plugin_name="scalars", downsample=1000)
    runs = {"batches/train", "batches/validation", "scalars/train", "scalars/validation", "weights/train", "weights/validation", "projector/train", "written"}
    check("pages: runs", set(scalars) == runs, set(scalars))
    check("pages: scalar", [d.step for d in scalars["written"]["a/scalar"]] == [0, 10, 20, 30, 40])
    histograms = pages.read_tensors(request, experiment_id="", plugin_name="histograms", downsample=1000)
    wanted = {f"{name}/histogram" for name in ("conv/kernel", "conv/bias", "dense/kernel", "dense/bias")}
    check("pages: histograms", set(histograms["weights/train"]) == wanted, set(histograms["weights/train"]))
    images = pages.read_blob_sequences(request, experiment_id="", plugin_name="images", downsample=1000)
    blob = images["written"]["image"][0].values[2]
    check("pages: image", pixels(pages.read_blob(request, blob_key=blob.blob_key)).shape == (6, 7, 3))
    graphs = pages.read_blob_sequences(request, experiment_id="", plugin_name="graph_keras_model", downsample=1000)
    text = pages.read_blob(request, blob_key=graphs["scalars/train"]["keras"][0].values[0].blob_key)
    drawn = keras_util.keras_model_to_graph_def(json.loads(text))
    found = {node.name.split("/")[-1]: [name.split("/")[-1] for name in node.input] for node in drawn.node}
    check("pages: graph", {"conv", "flat", "dense"} <= set(found) and found["flat"] == ["conv"] and found["dense"] == ["flat"], found)


class Recorder:
    """Stands for `tensorflow.summary`: notes what is told, with the writer's folder.

    Keras 3 leaves out the values of an epoch whose last batch is not one to write after (`record_if` reaches them too),
    which Keras 2 did not: here the condition holds for values of batches alone.
    """

    def __init__(self):
        self.told, self.writers, self.conditions = [], [], []

    class Scope:
        def __init__(self, stack, value):
            self.stack, self.value = stack, value

        def __enter__(self):
            self.stack.append(self.value)

        def __exit__(self, *arguments):
            self.stack.pop()

    def create_file_writer(self, folder):
        recorder = self

        class Writer:
            def as_default(self, step=None):
                return Recorder.Scope(recorder.writers, os.path.basename(folder))

            def flush(self):
                pass

            close = flush

        return Writer()

    def record_if(self, condition):
        return Recorder.Scope(self.conditions, condition)

    def note(self, kind, tag, value, step):
        if tag.startswith("batch_") and not (self.conditions and self.conditions[-1]()):
            return
        step = int(np.asarray(getattr(step, "value", step)))
        self.told.append((self.writers[-1], kind, tag, step, np.array(getattr(value, "value", value), "float32")))

    def scalar(self, tag, value, step):
        if self.writers:
            self.note("scalar", tag, value, step)

    def histogram(self, tag, value, step):
        self.note("histogram", tag, value, step)

    def image(self, tag, value, step):
        self.note("image", tag, value, step)


def train(training, arguments, folder, callback):
    model = keras.models.model_from_json(training["json"]) if IS_KERAS3 else keras.Sequential(
        [keras.Input((4, 4, 3)), keras.layers.Conv2D(4, 3, name="conv"), keras.layers.Flatten(name="flat"), keras.layers.Dense(3, name="dense")])
    model.compile(keras.optimizers.SGD(0.03125), "mse", metrics=["mae"])
    model.set_weights([array(weight) for weight in training["first"]])
    x, y = array(training["x"]), array(training["y"])
    arguments = {key: int(value) if key.endswith("freq") and not isinstance(value, str) else value for key, value in arguments.items()}
    board = callback(log_dir=folder, write_graph=False, **arguments)
    model.fit(x, y, batch_size=2, epochs=3, verbose=0, shuffle=False, validation_data=(x, y), callbacks=[board])
    return model, board


def check_keras3(name, root, training, arguments):
    """Keras 3's callback is told what stands in Ibex's files."""
    class Recording(keras.callbacks.TensorBoard):
        recorder = Recorder()
        summary = property(lambda self: self.recorder)

    model, board = train(training, arguments, os.path.join(root, name), Recording)
    ours = {side: read(os.path.join(root, name, side))[0] for side in ("train", "validation")}
    check(f"{name}: weights", all(close(a, array(b), 1e-4) for a, b in zip(model.get_weights(), training["last"])))
    check(f"{name}: JSON", json.loads(ours["train"]["keras"][0].item()) == json.loads(training["json"]))
    found = {(side, *point) for side in ours for point in points(ours[side])} - {("train", "keras", 0)}
    wanted = {(side, tag, step) for side, _, tag, step, _ in board.recorder.told}
    check(f"{name}: tags and steps", found == wanted, sorted(found ^ wanted))
    for side, kind, tag, step, value in board.recorder.told:
        stored = ours[side].get(tag, {}).get(step)
        if stored is None or "steps_per_second" in tag:
            continue
        if kind == "scalar":
            passed = close(stored, value, 1e-4)
        elif kind == "histogram":
            wanted = buckets(value)
            # A number on the edge of a bucket may fall on either side of it.
            passed = close(stored[:, :2], wanted[:, :2], 1e-4) and np.abs(stored[:, 2] - wanted[:, 2]).sum() <= 2
        else:
            shown = [pixels(png).astype(int) for png in stored[2:]]
            passed = len(shown) == min(len(value), 3) and all(np.abs(a - as_bytes(b)).max() <= 1 for a, b in zip(shown, value))
        check(f"{name}: {side}/{tag} at {step}", passed, stored)


def check_keras2(name, root, training, arguments):
    """Keras 2's files have the tags, the steps and the numbers of Ibex's, but for what Keras 3 changed."""
    with tempfile.TemporaryDirectory() as folder:
        train(training, arguments, folder, keras.callbacks.TensorBoard)
        for side in ("train", "validation"):
            theirs = {tag.replace("_0/", "/"): steps for tag, steps in read(os.path.join(folder, side))[0].items()}
            ours = {tag: steps for tag, steps in read(os.path.join(root, name, side))[0].items() if tag not in ("keras", "epoch_learning_rate")}
            check(f"{name}/{side}: tags and steps", points(ours) == points(theirs), sorted(points(ours) ^ points(theirs)))
            for tag, steps in ours.items():
                for step, value in steps.items():
                    if value.dtype == np.float32 and "per_second" not in tag and step in theirs.get(tag, {}):
                        check(f"{name}/{side}: {tag} at {step}", close(value, theirs[tag][step], 1e-4), (value, theirs[tag][step]))


def check_projector(root, facts):
    from google.protobuf import text_format
    from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig
    from tensorboard.plugins.projector.projector_plugin import _read_tensor_tsv_file

    with open(os.path.join(root, "projector", "projector_config.pbtxt")) as file:
        config = text_format.Parse(file.read(), ProjectorConfig())
    found = [(e.tensor_name, e.metadata_path) for e in config.embeddings]
    check("projector", found == [("words/embeddings", "words.tsv")], found)
    table = _read_tensor_tsv_file(os.path.join(root, "projector", config.embeddings[0].tensor_path))
    check("projector: table", close(table, array(facts), 1e-6), table)


def main():
    root = sys.argv[1]
    with open(os.path.join(root, "facts.json")) as file:
        facts = json.load(file)
    if IS_KERAS3:
        check_written(os.path.join(root, "written"), facts["written"])
        check_pages(root)
        check_projector(root, facts["projector"])
    for name, arguments in facts["runs"].items():
        (check_keras3 if IS_KERAS3 else check_keras2)(name, root, facts["trainings"][name], arguments)
    import tensorboard

    print(f"TensorBoard {tensorboard.__version__}, Keras {keras.__version__}: {checks - failures} of {checks} checks of event files pass.")
    sys.exit(1 if failures or not checks else 0)


main()
