import IbexGraph
import IbexModels

extension LayerContractTests {
    private static func row(
        _ description: String, _ input: Shape, _ output: Shape, _ make: @escaping @Sendable () -> Layer
    ) -> Row {
        Row(description: description, make: make, input: input, output: output, weights: 0)
    }

    static let poolingRows: [Row] = [
        row("MaxPooling1D", [2, 7, 3], [2, 3, 3]) { MaxPooling1D(2) },
        row("MaxPooling2D", [2, 5, 5, 3], [2, 5, 5, 3]) { MaxPooling2D(2, strides: 1, padding: .same) },
        row("MaxPooling3D channels first", [2, 3, 4, 5, 6], [2, 3, 2, 2, 3]) {
            MaxPooling3D(2, dataFormat: .channelsFirst)
        },
        row("AveragePooling1D channels first", [2, 3, 7], [2, 3, 4]) {
            AveragePooling1D(3, strides: 2, padding: .same, dataFormat: .channelsFirst)
        },
        row("AveragePooling2D channels first", [2, 3, 6, 7], [2, 3, 3, 2]) {
            AveragePooling2D([2, 3], dataFormat: .channelsFirst)
        },
        row("AveragePooling3D", [2, 4, 5, 6, 3], [2, 2, 3, 3, 3]) { AveragePooling3D(2, padding: .same) },
        row("GlobalMaxPooling1D", [2, 4, 3], [2, 3]) { GlobalMaxPooling1D() },
        row("GlobalMaxPooling2D channels first", [2, 3, 4, 5], [2, 3, 1, 1]) {
            GlobalMaxPooling2D(dataFormat: .channelsFirst, keepDims: true)
        },
        row("GlobalMaxPooling3D", [2, 4, 2, 2, 3], [2, 3]) { GlobalMaxPooling3D() },
        row("GlobalAveragePooling1D", [2, 4, 3], [2, 1, 3]) { GlobalAveragePooling1D(keepDims: true) },
        row("GlobalAveragePooling2D", [2, 4, 5, 3], [2, 3]) { GlobalAveragePooling2D() },
        row("GlobalAveragePooling3D channels first", [2, 3, 4, 2, 2], [2, 3]) {
            GlobalAveragePooling3D(dataFormat: .channelsFirst)
        },
        row("AdaptiveMaxPooling1D", [2, 7, 3], [2, 4, 3]) { AdaptiveMaxPooling1D(4) },
        row("AdaptiveMaxPooling2D channels first", [2, 3, 5, 4], [2, 3, 2, 3]) {
            AdaptiveMaxPooling2D([2, 3], dataFormat: .channelsFirst)
        },
        row("AdaptiveMaxPooling3D", [2, 4, 5, 3, 3], [2, 2, 2, 2, 3]) { AdaptiveMaxPooling3D(2) },
        row("AdaptiveAveragePooling1D channels first", [2, 3, 5], [2, 3, 7]) {
            AdaptiveAveragePooling1D(7, dataFormat: .channelsFirst)
        },
        row("AdaptiveAveragePooling2D", [2, 5, 4, 3], [2, 3, 3, 3]) { AdaptiveAveragePooling2D(3) },
        row("AdaptiveAveragePooling3D", [2, 4, 5, 3, 3], [2, 1, 2, 3, 3]) { AdaptiveAveragePooling3D([1, 2, 3]) },
    ]

    static let spatialRows: [Row] = [
        row("ZeroPadding1D", [2, 3, 4], [2, 6, 4]) { ZeroPadding1D([1, 2]) },
        row("ZeroPadding2D", [2, 3, 4, 2], [2, 5, 8, 2]) { ZeroPadding2D([1, 2]) },
        row("ZeroPadding3D channels first", [2, 1, 3, 4, 2], [2, 1, 6, 5, 4]) {
            ZeroPadding3D([[1, 2], [0, 1], [2, 0]], dataFormat: .channelsFirst)
        },
        row("Cropping1D", [2, 5, 4], [2, 3, 4]) { Cropping1D() },
        row("Cropping2D channels first", [2, 4, 3, 6], [2, 4, 2, 4]) {
            Cropping2D([[1, 0], [0, 2]], dataFormat: .channelsFirst)
        },
        row("Cropping2D of nothing", [2, 4, 3, 6], [2, 4, 3, 6]) { Cropping2D() },
        row("Cropping3D", [2, 3, 4, 5, 2], [2, 1, 2, 3, 2]) { Cropping3D(1) },
        row("UpSampling1D", [2, 3, 4], [2, 9, 4]) { UpSampling1D(3) },
        row("UpSampling2D", [2, 3, 4, 2], [2, 6, 12, 2]) { UpSampling2D([2, 3]) },
        row("UpSampling2D bicubic, channels first", [2, 2, 3, 4], [2, 2, 6, 8]) {
            UpSampling2D(dataFormat: .channelsFirst, interpolation: .bicubic)
        },
        row("UpSampling3D", [2, 2, 3, 4, 1], [2, 4, 6, 8, 1]) { UpSampling3D() },
    ]
}
