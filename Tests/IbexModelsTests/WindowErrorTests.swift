import IbexGraph
import IbexModels
import IbexTestSupport
import Testing

/// What convolutions, poolings and their kin say of arguments and inputs that do not fit.
@Suite struct WindowErrorTests {
    private func build(_ layer: Layer, _ shape: Shape) throws { try layer.buildIfNeeded([shape]) }

    @Test func ranks() {
        expectError(.shape, at: "Conv1D", found: "(1, 8)", expected: "three axes: batch, steps, channels") {
            try build(Conv1D(4, kernelSize: 3), [1, 8])
        }
        expectError(.shape, at: "Conv3D", found: "(1, 8, 8, 3)", expected: "five axes: batch, channels, depth, rows") {
            try build(Conv3D(4, kernelSize: 3, dataFormat: .channelsFirst), [1, 8, 8, 3])
        }
        expectError(.shape, at: "Conv2DTranspose", expected: "four axes") {
            try build(Conv2DTranspose(4, kernelSize: 3), [1, 8, 8])
        }
        expectError(.shape, at: "GlobalMaxPooling1D", expected: "three axes") {
            try build(GlobalMaxPooling1D(), [1, 8, 8, 3])
        }
        expectError(.shape, at: "AdaptiveMaxPooling2D", expected: "four axes") {
            try build(AdaptiveMaxPooling2D(2), [1, 8, 3])
        }
        expectError(.shape, at: "ZeroPadding3D", expected: "five axes") { try build(ZeroPadding3D(), [1, 8, 8, 3]) }
        expectError(.shape, at: "UpSampling1D", expected: "three axes") { try build(UpSampling1D(), [1, 8, 8, 3]) }
    }

    @Test func channels() throws {
        let layer = Conv1D(4, kernelSize: 3, name: "c")
        try build(layer, [1, 8, 3])
        expectError(.shape, at: "layer c (Conv1D)", found: "(1, 8, 5)", expected: "3 channels, as the layer was built")
        {
            _ = try layer(Tensor.ones([1, 8, 5], .float32))
        }
        expectError(.shape, at: "DepthwiseConv2D", expected: "at least one channel") {
            try build(DepthwiseConv2D(kernelSize: 3), [1, 8, 8, 0])
        }
        expectError(.shape, at: "Conv3D", found: "(1, 4, 4, 4, 3)", expected: "a multiple of 2 groups") {
            try build(Conv3D(4, kernelSize: 2, groups: 2), [1, 4, 4, 4, 3])
        }
        expectError(.argument, at: "Conv1D", found: "4 filters in 3 groups", expected: "a multiple of groups") {
            try build(Conv1D(4, kernelSize: 2, groups: 3), [1, 4, 3])
        }
    }

    @Test func windowsThatDoNotFit() {
        expectError(
            .shape, at: "Conv1D", found: "(1, 4, 3)", expected: "at least 5 steps", remedy: "padding .same"
        ) { try build(Conv1D(4, kernelSize: 3, dilationRate: 2), [1, 4, 3]) }
        expectError(.shape, at: "MaxPooling3D", expected: "at least 3 depth, 3 rows, 3 columns") {
            try build(MaxPooling3D(3), [1, 2, 8, 8, 1])
        }
        expectError(.shape, at: "SeparableConv2D", expected: "at least 3 rows, 3 columns") {
            try build(SeparableConv2D(3, kernelSize: 3), [1, 2, 8, 1])
        }
        expectError(.shape, at: "GlobalAveragePooling2D", found: "(1, 0, 8, 1)", expected: "rows, columns") {
            try build(GlobalAveragePooling2D(), [1, 0, 8, 1])
        }
    }

    @Test func numbers() {
        expectError(.argument, at: "Conv1D", found: "window [0]", expected: "one positive number") {
            try build(Conv1D(4, kernelSize: 0), [1, 4, 3])
        }
        expectError(.argument, at: "Conv3D", found: "strides [1, 0, 1]", expected: "three positive numbers") {
            try build(Conv3D(4, kernelSize: 1, strides: [1, 0, 1]), [1, 4, 4, 4, 3])
        }
        expectError(.argument, at: "Conv3D", found: "window [2, 2]", expected: "three positive numbers") {
            try build(Conv3D(4, kernelSize: [2, 2]), [1, 4, 4, 4, 3])
        }
        expectError(.argument, at: "AveragePooling2D", found: "strides [-1, -1]", expected: "two positive numbers") {
            try build(AveragePooling2D(2, strides: -1), [1, 4, 4, 3])
        }
        expectError(
            .argument, at: "SeparableConv1D", found: "strides [2] with dilation [2]", expected: "one of the two"
        ) {
            try build(SeparableConv1D(4, kernelSize: 3, strides: 2, dilationRate: 2), [1, 9, 3])
        }
        expectError(.argument, at: "SeparableConv2D", found: "filters 0") {
            try build(SeparableConv2D(0, kernelSize: 3), [1, 9, 9, 3])
        }
        expectError(.argument, at: "DepthwiseConv1D", found: "depth multiplier -1") {
            try build(DepthwiseConv1D(kernelSize: 3, depthMultiplier: -1), [1, 9, 3])
        }
        expectError(
            .argument, at: "AdaptiveAveragePooling3D", found: "output size [2, 0, 2]", expected: "three positive"
        ) {
            try build(AdaptiveAveragePooling3D([2, 0, 2]), [1, 4, 4, 4, 3])
        }
        expectError(.argument, at: "UpSampling2D", found: "size [2, 0]", expected: "two positive numbers") {
            try build(UpSampling2D([2, 0]), [1, 4, 4, 3])
        }
    }

    @Test func paddings() {
        for layer in [
            Conv2D(4, kernelSize: 3, padding: .causal), DepthwiseConv2D(kernelSize: 3, padding: .causal),
            Conv2DTranspose(4, kernelSize: 3, padding: .causal), MaxPooling2D(2, padding: .causal),
        ] {
            expectError(
                .argument, at: layer.className, found: "padding .causal", expected: ".valid or .same", remedy: "Conv1D"
            ) { try build(layer, [1, 8, 8, 3]) }
        }
        expectError(.argument, at: "Conv2D, key padding", found: "\"half\"", expected: "\"valid\", \"same\"") {
            _ = try LayerRegistry.layer("Conv2D", config: ["filters": 2, "kernel_size": 3, "padding": "half"])
        }
        expectError(.argument, at: "MaxPooling1D, key data_format", found: "\"nhwc\"", expected: "channels_last") {
            _ = try LayerRegistry.layer("MaxPooling1D", config: ["pool_size": 2, "data_format": "nhwc"])
        }
        expectError(.argument, at: "Conv2D, key kernel_size", found: "[3, 3, 3]", expected: "each of 2 axes") {
            _ = try LayerRegistry.layer("Conv2D", config: ["filters": 2, "kernel_size": [3, 3, 3]])
        }
    }

    @Test func outputPaddings() {
        expectError(
            .argument, at: "Conv2DTranspose", found: "output padding [1, 2] with strides [2, 2]",
            expected: "each less than the stride"
        ) { try build(Conv2DTranspose(4, kernelSize: 3, strides: 2, outputPadding: [1, 2]), [1, 8, 8, 3]) }
        // TensorFlow fails here too: an even kernel and no output padding leave one cell too few.
        expectError(
            .argument, at: "Conv1DTranspose", found: "output padding [0] for a kernel of [4]", remedy: "at least 1"
        ) {
            try build(
                Conv1DTranspose(4, kernelSize: 4, strides: 2, padding: .same, outputPadding: 0), [1, 8, 3])
        }
    }

    @Test func margins() {
        expectError(.shape, at: "Cropping1D", found: "(1, 3, 2)", expected: "more cells than a cropping of [[1, 2]]") {
            try build(Cropping1D([1, 2]), [1, 3, 2])
        }
        expectError(.argument, at: "Cropping2D", found: "[[-1, -1], [-1, -1]]", expected: "2 pairs of numbers") {
            try build(Cropping2D(-1), [1, 3, 3, 2])
        }
        expectError(.argument, at: "ZeroPadding1D", found: "padding [[1, 2, 3]]", expected: "a pair") {
            try build(ZeroPadding1D([1, 2, 3]), [1, 3, 2])
        }
        expectError(.argument, at: "ZeroPadding3D", found: "padding [[1, 1], [2, 2]]", expected: "3 pairs") {
            try build(ZeroPadding3D([1, 2]), [1, 3, 3, 3, 2])
        }
        expectError(.argument, at: "ZeroPadding2D, key padding", found: "\"wide\"", expected: "a pair for each of 2") {
            _ = try LayerRegistry.layer("ZeroPadding2D", config: ["padding": "wide"])
        }
        expectError(.argument, at: "UpSampling2D, key interpolation", found: "\"area\"", expected: "\"bilinear\"") {
            _ = try LayerRegistry.layer("UpSampling2D", config: ["size": 2, "interpolation": "area"])
        }
    }
}
