import IbexGraph
import IbexModels
import IbexRuntime
import Testing

/// What convolutions and poolings cost, counted: bias and activation ride in the convolution's kernel.
@Suite struct WindowLaunchTests {
    private func program(_ layer: Layer, _ input: Shape, device: String) throws -> Program {
        try withDevice(device) {
            try layer.buildIfNeeded([input])
            let place = try Device.named(device)
            return try TracedProgram(device: place, inputTypes: [TensorType(input, .float32)]) {
                [try layer($0[0])]
            }.program
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func steps(device: String) throws {
        for (layer, input, count) in [
            (Conv1D(4, kernelSize: 3, activation: .relu), [2, 9, 3], 1),
            (Conv2D(4, kernelSize: 3, activation: .relu), [2, 9, 9, 3], 1),
            (Conv1DTranspose(4, kernelSize: 3, strides: 2, activation: .relu), [2, 9, 3], 1),
            (Conv2DTranspose(4, kernelSize: 3, strides: 2, activation: .relu), [2, 9, 9, 3], 1),
            (DepthwiseConv1D(kernelSize: 3, activation: .relu), [2, 9, 3], 1),
            (DepthwiseConv2D(kernelSize: 3, activation: .relu), [2, 9, 9, 3], 1),
            (SeparableConv2D(4, kernelSize: 3, activation: .relu), [2, 9, 9, 3], 2),
            (MaxPooling1D(2), [2, 9, 3], 1),
            (AveragePooling3D(2), [2, 4, 4, 4, 3], 2),
            // The planes that a window sees are cut out together, then joined; the kernel follows the joined channels.
            (Conv3D(4, kernelSize: 2, activation: .relu), [2, 4, 4, 4, 3], 4),
            // Kernel, product, cut, two planes put in their places, added up; bias and activation after that.
            (Conv3DTranspose(4, kernelSize: 2, activation: .relu), [2, 4, 4, 4, 3], 7),
        ] as [(Layer, Shape, Int)] {
            let program = try program(layer, input, device: device)
            #expect(program.steps.count == count, "\(device), \(layer.className): \(program)")
        }
    }
}
