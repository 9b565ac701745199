"""Configurations that real Keras writes: a small model for every layer class, the shapes that graphs take, and what
`compile` was told.

    python generate_architectures.py --out data/architectures

writes `keras3.json` or `keras2.json`, whichever is installed: one entry a model with its name, `json` (of `to_json`, which
in Keras 3 holds `compile_config`), and, where it was compiled, `training_config` as its `.h5` holds it. A layer or an argument
that this Keras does not have is left out.
"""

import argparse
import json
import os
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402

KERAS3 = keras.__version__.startswith("3")
if not KERAS3:
    from tensorflow import keras  # noqa: E402, F811
L = keras.layers
K = keras

# Arguments beside the batch: name, function that makes the layer, shapes of its inputs without the batch.
LAYERS = [
    ("dense", lambda: L.Dense(3, activation="relu", kernel_regularizer=K.regularizers.L2(0.25)), [(4,)]),
    ("dense_full", lambda: L.Dense(
        3, activation="gelu", use_bias=True, kernel_initializer=K.initializers.HeNormal(seed=3),
        bias_initializer=K.initializers.Constant(0.5), kernel_regularizer=K.regularizers.L1L2(0.25, 0.5),
        bias_regularizer=K.regularizers.L1(0.125), activity_regularizer=K.regularizers.L2(0.5),
        kernel_constraint=K.constraints.MaxNorm(3.0, axis=0), bias_constraint=K.constraints.NonNeg(),
        trainable=False), [(4,)]),
    ("dense_initializers", lambda: L.Dense(
        3, kernel_initializer=K.initializers.VarianceScaling(2.0, "fan_out", "uniform", seed=1),
        bias_initializer=K.initializers.RandomUniform(-0.5, 0.5, seed=2)), [(4,)]),
    ("dense_constraints", lambda: L.Dense(
        3, kernel_constraint=K.constraints.MinMaxNorm(0.5, 1.5, 0.5), bias_constraint=K.constraints.UnitNorm()),
     [(4,)]),
    ("dense_orthogonal", lambda: L.Dense(
        3, kernel_initializer=K.initializers.Orthogonal(gain=2.0),
        kernel_regularizer=K.regularizers.OrthogonalRegularizer(factor=0.5)), [(4,)]),
    ("dense_leaky", lambda: L.Dense(3, activation=L.LeakyReLU(0.25)), [(4,)]),
    ("dense_float64", lambda: L.Dense(3, dtype="float64"), [(4,)]),
    ("einsum_dense", lambda: L.EinsumDense("abc,cde->abde", output_shape=(None, 2, 5), bias_axes="e"), [(4, 3)]),
    ("embedding", lambda: L.Embedding(7, 3), [(4,)]),
    ("embedding_mask", lambda: L.Embedding(7, 3, mask_zero=True, embeddings_constraint=K.constraints.UnitNorm()),
     [(4,)]),
    ("masking", lambda: L.Masking(-1.0), [(4, 3)]),
    ("identity", lambda: L.Identity(), [(4,)]),
    ("time_distributed", lambda: L.TimeDistributed(L.Dense(3, name="inner"), name="timed"), [(4, 3)]),
    ("activation", lambda: L.Activation("softmax"), [(4,)]),
    ("relu", lambda: L.ReLU(max_value=6.0, negative_slope=0.25, threshold=0.5), [(4,)]),
    ("leaky_relu", lambda: L.LeakyReLU(0.25), [(4,)]),
    ("p_re_lu", lambda: L.PReLU(shared_axes=[1]), [(4, 3)]),
    ("elu", lambda: L.ELU(0.5), [(4,)]),
    ("softmax", lambda: L.Softmax(axis=1), [(4, 3)]),
    ("conv1d", lambda: L.Conv1D(2, 3, padding="causal", dilation_rate=2), [(6, 3)]),
    ("conv2d", lambda: L.Conv2D(4, 3, strides=2, padding="same", groups=2, activation="relu"), [(6, 6, 4)]),
    ("conv3d", lambda: L.Conv3D(2, 2, use_bias=False), [(4, 4, 4, 3)]),
    ("conv1d_transpose", lambda: L.Conv1DTranspose(2, 3, strides=2), [(6, 3)]),
    ("conv2d_transpose", lambda: L.Conv2DTranspose(2, 3, strides=2, padding="same", output_padding=1), [(6, 6, 3)]),
    ("conv3d_transpose", lambda: L.Conv3DTranspose(2, 2), [(4, 4, 4, 3)]),
    ("depthwise_conv1d", lambda: L.DepthwiseConv1D(3, depth_multiplier=2), [(6, 3)]),
    ("depthwise_conv2d", lambda: L.DepthwiseConv2D(
        3, depthwise_regularizer=K.regularizers.L2(0.5), activity_regularizer=K.regularizers.L1(0.5)), [(6, 6, 3)]),
    ("separable_conv1d", lambda: L.SeparableConv1D(2, 3), [(6, 3)]),
    ("separable_conv2d", lambda: L.SeparableConv2D(2, (3, 2), depth_multiplier=2), [(6, 6, 3)]),
    ("max_pooling1d", lambda: L.MaxPooling1D(2), [(6, 3)]),
    ("max_pooling2d", lambda: L.MaxPooling2D((2, 3), strides=1, padding="same"), [(6, 6, 3)]),
    ("max_pooling3d", lambda: L.MaxPooling3D(2), [(4, 4, 4, 3)]),
    ("average_pooling1d", lambda: L.AveragePooling1D(2), [(6, 3)]),
    ("average_pooling2d", lambda: L.AveragePooling2D(2), [(6, 6, 3)]),
    ("average_pooling3d", lambda: L.AveragePooling3D(2), [(4, 4, 4, 3)]),
    ("global_max_pooling1d", lambda: L.GlobalMaxPooling1D(), [(6, 3)]),
    ("global_max_pooling2d", lambda: L.GlobalMaxPooling2D(keepdims=True), [(6, 6, 3)]),
    ("global_max_pooling3d", lambda: L.GlobalMaxPooling3D(), [(4, 4, 4, 3)]),
    ("global_average_pooling1d", lambda: L.GlobalAveragePooling1D(), [(6, 3)]),
    ("global_average_pooling2d", lambda: L.GlobalAveragePooling2D(), [(6, 6, 3)]),
    ("global_average_pooling3d", lambda: L.GlobalAveragePooling3D(), [(4, 4, 4, 3)]),
    ("adaptive_max_pooling1d", lambda: L.AdaptiveMaxPooling1D(2), [(6, 3)]),
    ("adaptive_max_pooling2d", lambda: L.AdaptiveMaxPooling2D((2, 3)), [(6, 6, 3)]),
    ("adaptive_max_pooling3d", lambda: L.AdaptiveMaxPooling3D(2), [(4, 4, 4, 3)]),
    ("adaptive_average_pooling1d", lambda: L.AdaptiveAveragePooling1D(2), [(6, 3)]),
    ("adaptive_average_pooling2d", lambda: L.AdaptiveAveragePooling2D(2), [(6, 6, 3)]),
    ("adaptive_average_pooling3d", lambda: L.AdaptiveAveragePooling3D(2), [(4, 4, 4, 3)]),
    ("batch_normalization", lambda: L.BatchNormalization(momentum=0.9), [(6, 6, 3)]),
    ("batch_normalization_first", lambda: L.BatchNormalization(axis=1, scale=False), [(3, 6, 6)]),
    ("layer_normalization", lambda: L.LayerNormalization(epsilon=1e-5), [(6, 3)]),
    ("layer_normalization_axes", lambda: L.LayerNormalization(axis=[1, 2]), [(6, 3)]),
    ("group_normalization", lambda: L.GroupNormalization(groups=2), [(6, 4)]),
    ("rms_normalization", lambda: L.RMSNormalization(), [(4,)]),
    ("unit_normalization", lambda: L.UnitNormalization(), [(4,)]),
    ("spectral_normalization", lambda: L.SpectralNormalization(L.Dense(3, name="inner"), name="spectral"), [(4,)]),
    ("dropout", lambda: L.Dropout(0.25, seed=3), [(4,)]),
    ("dropout_noise_shape", lambda: L.Dropout(0.25, noise_shape=(None, 1, 3)), [(4, 3)]),
    ("spatial_dropout1d", lambda: L.SpatialDropout1D(0.25), [(6, 3)]),
    ("spatial_dropout2d", lambda: L.SpatialDropout2D(0.25), [(6, 6, 3)]),
    ("spatial_dropout3d", lambda: L.SpatialDropout3D(0.25), [(4, 4, 4, 3)]),
    ("gaussian_noise", lambda: L.GaussianNoise(0.25), [(4,)]),
    ("gaussian_dropout", lambda: L.GaussianDropout(0.25), [(4,)]),
    ("alpha_dropout", lambda: L.AlphaDropout(0.25), [(4,)]),
    ("activity_regularization", lambda: L.ActivityRegularization(l1=0.25, l2=0.5), [(4,)]),
    ("flatten", lambda: L.Flatten(), [(4, 3)]),
    ("reshape", lambda: L.Reshape((3, -1)), [(4, 3)]),
    ("permute", lambda: L.Permute((2, 1)), [(4, 3)]),
    ("repeat_vector", lambda: L.RepeatVector(3), [(4,)]),
    ("zero_padding1d", lambda: L.ZeroPadding1D(2), [(6, 3)]),
    ("zero_padding2d", lambda: L.ZeroPadding2D(((1, 2), (3, 4))), [(6, 6, 3)]),
    ("zero_padding3d", lambda: L.ZeroPadding3D(1), [(4, 4, 4, 3)]),
    ("cropping1d", lambda: L.Cropping1D((1, 2)), [(6, 3)]),
    ("cropping2d", lambda: L.Cropping2D(1), [(6, 6, 3)]),
    ("cropping3d", lambda: L.Cropping3D(1), [(4, 4, 4, 3)]),
    ("up_sampling1d", lambda: L.UpSampling1D(2), [(6, 3)]),
    ("up_sampling2d", lambda: L.UpSampling2D((2, 3), interpolation="bilinear"), [(6, 6, 3)]),
    ("up_sampling3d", lambda: L.UpSampling3D(2), [(4, 4, 4, 3)]),
    ("rescaling", lambda: L.Rescaling(1.0 / 255, offset=-0.5), [(4,)]),
    ("normalization", lambda: L.Normalization(mean=[0.5, 1.0, 1.5, 2.0], variance=[1.0, 2.0, 3.0, 4.0]), [(4,)]),
    ("category_encoding", lambda: L.CategoryEncoding(5, output_mode="multi_hot"), [(4,)]),
    ("resizing", lambda: L.Resizing(4, 5), [(6, 6, 3)]),
    ("center_crop", lambda: L.CenterCrop(4, 5), [(6, 6, 3)]),
    ("random_flip", lambda: L.RandomFlip("horizontal"), [(6, 6, 3)]),
    ("random_rotation", lambda: L.RandomRotation(0.25), [(6, 6, 3)]),
    ("random_zoom", lambda: L.RandomZoom(0.25, (-0.25, 0.125)), [(6, 6, 3)]),
    ("random_translation", lambda: L.RandomTranslation(0.25, 0.125, fill_mode="nearest"), [(6, 6, 3)]),
    ("random_crop", lambda: L.RandomCrop(4, 5), [(6, 6, 3)]),
    ("random_contrast", lambda: L.RandomContrast(0.25), [(6, 6, 3)]),
    ("random_brightness", lambda: L.RandomBrightness(0.25), [(6, 6, 3)]),
    ("add", lambda: L.Add(), [(4,), (4,)]),
    ("subtract", lambda: L.Subtract(), [(4,), (4,)]),
    ("multiply", lambda: L.Multiply(), [(4,), (4,), (4,)]),
    ("average", lambda: L.Average(), [(4,), (4,)]),
    ("maximum", lambda: L.Maximum(), [(4,), (4,)]),
    ("minimum", lambda: L.Minimum(), [(4,), (4,)]),
    ("concatenate", lambda: L.Concatenate(axis=1), [(4,), (3,)]),
    ("dot", lambda: L.Dot(axes=1, normalize=True), [(4,), (4,)]),
    ("dot_axes", lambda: L.Dot(axes=(1, 2)), [(4, 3), (2, 4)]),
]


def layer_models():
    for name, make, shapes in LAYERS:
        def build(make=make, shapes=shapes, functional=False):
            if len(shapes) == 1 and not functional:
                return K.Sequential([K.Input(shape=shapes[0], name="entry"), make()], name="row")
            inputs = [K.Input(shape=shape, name=f"entry_{i}") for i, shape in enumerate(shapes)]
            return K.Model(inputs[0] if len(inputs) == 1 else inputs, make()(inputs[0] if len(inputs) == 1 else inputs),
                           name="graph")
        yield name, build
        if len(shapes) == 1:
            yield name + "_graph", lambda build=build: build(functional=True)


def shared():
    a, b = K.Input((4,), name="a"), K.Input((4,), name="b")
    dense = L.Dense(3, name="twice")
    return K.Model([a, b], L.Add(name="sum")([dense(a), dense(b)]), name="shared")


def nested():
    inner = K.Sequential([K.Input((4,), name="inner_entry"), L.Dense(3, name="inner_dense")], name="inner")
    image = K.Input((4,), name="x")
    pair = K.Input((3,), name="pair_entry")
    block = K.Model(pair, [L.Dense(2, name="left")(pair), L.Dense(3, name="right")(pair)], name="block")
    left, right = block(inner(image))
    return K.Model(image, L.Concatenate(name="joined")([left, right, inner(image)]), name="nested")


def nested_sequential():
    inner = K.Sequential([K.Input((4,), name="inner_entry"), L.Dense(3, name="inner_dense")], name="inner")
    return K.Sequential([K.Input((4,), name="x"), inner, L.Dense(2, name="head")], name="outer")


def nested_first():
    inner = K.Sequential([K.Input((4,), name="inner_entry"), L.Dense(3, name="inner_dense")], name="inner")
    return K.Sequential([inner, L.Dense(2, name="head")], name="outer")


def frozen_base():
    base_in = K.Input((4, 4, 3), name="base_entry")
    base = K.Model(base_in, L.BatchNormalization(name="bn")(L.Conv2D(2, 3, name="conv")(base_in)), name="base")
    base.trainable = False
    image = K.Input((4, 4, 3), name="image")
    return K.Model(image, L.Dense(2, name="head")(L.Flatten(name="flat")(base(image, training=False))), name="tuned")


def two_outputs():
    x = K.Input((4,), name="x")
    return K.Model(x, [L.Dense(1, name="score")(x), L.Dense(3, activation="softmax", name="kind")(x)], name="double")


def single_in_list():
    x = K.Input((4,), name="x")
    return K.Model([x], [L.Dense(1, name="y")(x)], name="listed")


def named_ends():
    x, z = K.Input((4,), name="x"), K.Input((3,), name="z")
    joined = L.Concatenate(name="joined")([z, x])
    return K.Model({"x": x, "z": z}, {"q": L.Dense(1, name="b")(joined), "p": L.Dense(2, name="a")(joined)}, name="named")


def fixed_batch():
    return K.Sequential([K.Input((4,), batch_size=8, name="entry"), L.Dense(3, name="dense")], name="fixed")


def fixed_batch_graph():
    x = K.Input((4,), batch_size=8, name="entry")
    return K.Model(x, L.Dense(3, name="dense")(x), name="fixed")


def integers():
    x = K.Input((4,), dtype="int32", name="entry")
    return K.Model(x, L.Embedding(5, 2, name="embedding")(x), name="integers")


def masked():
    x = K.Input((4,), name="entry")
    hidden = L.Embedding(5, 3, mask_zero=True, name="embedding")(x)
    return K.Model(x, L.GlobalAveragePooling1D(name="pool")(L.Dense(2, name="dense")(hidden)), name="masked")


def unbuilt():
    return K.Sequential([L.Dense(3, name="dense"), L.Dropout(0.5, name="dropout")], name="unbuilt")


GRAPHS = [shared, nested, nested_sequential, nested_first, frozen_base, two_outputs, single_in_list, named_ends,
          fixed_batch, fixed_batch_graph, integers, masked, unbuilt]


def single(outputs=3, activation="softmax"):
    return K.Sequential([K.Input((4,), name="entry"), L.Dense(outputs, activation=activation, name="dense")], name="one")


O, M, S = K.optimizers, K.metrics, K.losses

# Name, function that makes the model, arguments of compile, shape of the targets of one sample or None for class numbers.
COMPILED = [
    ("compiled_names", single, lambda: dict(
        optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy", "mae"]), (3,)),
    ("compiled_sparse", single, lambda: dict(
        optimizer=O.SGD(0.05, momentum=0.9, nesterov=True), loss="sparse_categorical_crossentropy", metrics=["acc"]), None),
    ("compiled_binary", lambda: single(1, "sigmoid"), lambda: dict(
        optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy", M.AUC(num_thresholds=20, name="area")]), (1,)),
    ("compiled_objects", single, lambda: dict(
        optimizer=O.Adam(0.01, beta_1=0.8, amsgrad=True, clipnorm=1.0),
        loss=S.CategoricalCrossentropy(label_smoothing=0.125),
        metrics=[M.CategoricalAccuracy(name="right"), M.Precision(name="precision"), M.TopKCategoricalAccuracy(k=2),
                 M.MeanSquaredError(), M.KLDivergence(name="kl")],
        weighted_metrics=[M.CategoricalAccuracy(name="weighted")]), (3,)),
    ("compiled_huber", lambda: single(1, "linear"), lambda: dict(
        optimizer=O.RMSprop(0.01, momentum=0.5, centered=True), loss=S.Huber(2.0),
        metrics=[M.RootMeanSquaredError(), M.CosineSimilarity()]), (1,)),
    ("compiled_schedule", single, lambda: dict(
        optimizer=O.SGD(O.schedules.ExponentialDecay(0.1, 100, 0.5, staircase=True)), loss="mse"), (3,)),
    ("compiled_piecewise", single, lambda: dict(
        optimizer=O.Adam(O.schedules.PiecewiseConstantDecay([10, 20], [0.1, 0.01, 0.001])), loss="mse"), (3,)),
    ("compiled_averages", single, lambda: dict(
        optimizer=O.Adam(0.01, use_ema=True, ema_momentum=0.9, weight_decay=0.004), loss="mse"), (3,)),
    ("compiled_adamw", single, lambda: dict(optimizer=O.AdamW(0.01), loss="mse"), (3,)),
    ("compiled_adamax", single, lambda: dict(optimizer=O.Adamax(0.01), loss="mse"), (3,)),
    ("compiled_nadam", single, lambda: dict(optimizer=O.Nadam(0.01), loss="mse"), (3,)),
    ("compiled_adagrad", single, lambda: dict(optimizer=O.Adagrad(0.01), loss="mse"), (3,)),
    ("compiled_adadelta", single, lambda: dict(optimizer=O.Adadelta(0.01), loss="mse"), (3,)),
    ("compiled_ftrl", single, lambda: dict(optimizer=O.Ftrl(0.01), loss="mse"), (3,)),
    ("compiled_lion", single, lambda: dict(optimizer=O.Lion(0.01), loss="mse"), (3,)),
    ("compiled_lists", two_outputs, lambda: dict(
        optimizer="adam", loss=["mse", "categorical_crossentropy"], loss_weights=[0.5, 2.0],
        metrics=[["mae"], ["accuracy"]]), [(1,), (3,)]),
    ("compiled_dictionaries", two_outputs, lambda: dict(
        optimizer="adam", loss={"score": "mse", "kind": S.CategoricalCrossentropy()},
        loss_weights={"score": 0.5, "kind": 2.0}, metrics={"kind": ["accuracy", M.TopKCategoricalAccuracy(k=2, name="top")]},
        weighted_metrics={"score": ["mae"]}), [(1,), (3,)]),
    ("compiled_one_loss", two_outputs, lambda: dict(optimizer="adam", loss="mse"), [(1,), (3,)]),
]

if not KERAS3:
    G = K.optimizers.legacy
    COMPILED += [
        ("legacy_adam", single, lambda: dict(optimizer=G.Adam(0.01, decay=0.5), loss="mse"), (3,)),
        ("legacy_sgd", single, lambda: dict(optimizer=G.SGD(0.01, momentum=0.9, clipvalue=0.5), loss="mse"), (3,)),
        ("legacy_rmsprop", single, lambda: dict(optimizer=G.RMSprop(0.01), loss="mse"), (3,)),
        ("legacy_rmsprop_momentum", single, lambda: dict(optimizer=G.RMSprop(0.01, momentum=0.5), loss="mse"), (3,)),
        ("legacy_adagrad", single, lambda: dict(optimizer=G.Adagrad(0.01), loss="mse"), (3,)),
        ("legacy_adadelta", single, lambda: dict(optimizer=G.Adadelta(0.01), loss="mse"), (3,)),
        ("legacy_adamax", single, lambda: dict(optimizer=G.Adamax(0.01), loss="mse"), (3,)),
        ("legacy_nadam", single, lambda: dict(optimizer=G.Nadam(0.01), loss="mse"), (3,)),
        ("legacy_ftrl", single, lambda: dict(optimizer=G.Ftrl(0.01), loss="mse"), (3,)),
    ]


def targets(shape):
    if shape is None:
        return np.array([0, 2])
    if isinstance(shape, list):
        return [targets(one) for one in shape]
    return np.eye(2, shape[0], dtype="float32")


def training_config(model):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "m.h5")
        model.save(path)
        with h5py.File(path, "r") as file:
            return json.loads(file.attrs["training_config"]), json.loads(file.attrs["model_config"])


def entries():
    models = [(name, make, None, None) for name, make in layer_models()]
    models += [(make.__name__, make, None, None) for make in GRAPHS] + COMPILED
    for name, make, arguments, shape in models:
        K.backend.clear_session()
        try:
            model = make()
            if arguments is not None:
                model.compile(**arguments(), **({"jit_compile": False} if KERAS3 else {}))
        except (AttributeError, TypeError, ValueError) as error:
            print("left out:", name, str(error).split("\n")[0])
            continue
        entry = {"name": name, "class": model.layers[-1].__class__.__name__}
        if arguments is not None:
            model.train_on_batch(np.ones((2, 4), "float32"), targets(shape))
        entry["json"] = json.loads(model.to_json())
        if arguments is not None:
            entry["training_config"], entry["model_config"] = training_config(model)
        entry["parameters"] = model.count_params() if model.built else 0
        yield entry


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", default="data/architectures")
    out = parser.parse_args().out
    os.makedirs(out, exist_ok=True)
    found = list(entries())
    with open(os.path.join(out, "keras3.json" if KERAS3 else "keras2.json"), "w") as file:
        file.write('{"format": 1, "keras": %s, "models": [\n' % json.dumps(keras.__version__))
        file.write(",\n".join(json.dumps(entry) for entry in found))
        file.write("\n]}\n")
    print(len(found), "models")
