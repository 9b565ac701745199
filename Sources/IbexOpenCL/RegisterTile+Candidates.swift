import IbexGraph

extension RegisterTile: TuningCandidate {
    /// `8x2x16`: rows, vectors, lanes.
    var name: String { "\(rows)x\(vectors)x\(lanes)" }

    /// The tile itself first, then flatter and taller ones of at most sixteen accumulators, whose rows divide `rowBlock`.
    ///
    /// - Parameter channels: what rows must divide besides, where the kernel asks for that.
    func candidates(columns: Int, rowsDivide channels: Int? = nil) -> [RegisterTile] {
        var all = [self]
        for (rows, vectors) in [(4, vectors), (16, vectors), (rows, 1), (rows, 2), (4, 4), (16, 1)] {
            var tile = self
            (tile.rows, tile.vectors) = (rows, vectors)
            let isUsed = tile.vectors == 1 || columns > lanes * (tile.vectors - 1)
            let fits = channels.map { $0 % rows == 0 } ?? (rows == self.rows || Self.rowBlock % rows == 0)
            if isUsed, fits, rows * vectors <= 16, !all.contains(tile) { all.append(tile) }
        }
        return all
    }
}

extension ConvolutionGeometry {
    /// What decides which tile is best: the type and all sizes.
    func tuningKey(_ family: String, _ dtype: DType) -> TuningKey {
        func text(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: "x") }
        let walk = "/\(text(window.strides)) +\(text(window.low)) *\(text(window.dilation)) \(groups)"
        return TuningKey(
            family: family,
            shapeClass:
                "\(dtype.rawValue) \(text(image.extents)) \(text(filter.extents)) \(text(result.extents)) \(walk)")
    }

    /// Multiplications of one pass.
    var work: Double { Double(result.elementCount) * Double(cells) }

    /// The image row or column that a tap of a position meets; `nil` outside.
    private func met(_ axis: Int, _ position: Int, _ tap: Int) -> Int? {
        let place = position * window.strides[axis] - window.low[axis] + tap * window.dilation[axis]
        return (0..<image[axis + 1]).contains(place) ? place : nil
    }

    /// The position whose tap meets an image row or column; `nil` where there is none.
    private func position(_ axis: Int, _ place: Int, _ tap: Int) -> Int? {
        let reach = place + window.low[axis] - tap * window.dilation[axis]
        guard reach >= 0, reach % window.strides[axis] == 0 else { return nil }
        let position = reach / window.strides[axis]
        return position < result[axis + 1] ? position : nil
    }

    private func imageIndex(_ n: Int, _ y: Int, _ x: Int, _ c: Int) -> Int {
        ((n * image[1] + y) * image[2] + x) * image[3] + c
    }

    private func filterIndex(_ ky: Int, _ kx: Int, _ c: Int, _ f: Int) -> Int {
        ((ky * filter[1] + kx) * groupChannels + c) * result[3] + f
    }

    private func resultIndex(_ n: Int, _ y: Int, _ x: Int, _ f: Int) -> Int {
        ((n * result[1] + y) * result[2] + x) * result[3] + f
    }

    /// Every pair of elements whose product an element of one of the three arrays sums: of the image and the filter for
    /// the result, of the result and the filter for the image, of the image and the result for the filter.
    func forEachProduct(of made: ConvolutionArray, at index: Int, _ body: (Int, Int) -> Void) {
        let taps = (0..<filter[0]).flatMap { ky in (0..<filter[1]).map { (ky, $0) } }
        switch made {
        case .result:
            let (f, x, y, n) = split(index, result)
            for (ky, kx) in taps {
                guard let row = met(0, y, ky), let column = met(1, x, kx) else { continue }
                for c in 0..<groupChannels {
                    body(
                        imageIndex(n, row, column, f / groupFilters * groupChannels + c), filterIndex(ky, kx, c, f))
                }
            }
        case .image:
            let (c, x, y, n) = split(index, image)
            for (ky, kx) in taps {
                guard let row = position(0, y, ky), let column = position(1, x, kx) else { continue }
                for f in 0..<groupFilters {
                    let own = c / groupChannels * groupFilters + f
                    body(resultIndex(n, row, column, own), filterIndex(ky, kx, c % groupChannels, own))
                }
            }
        case .filter:
            let (f, c, kx, ky) = split(index, filter)
            for pixel in 0..<pixels {
                let (x, y, n) = (pixel % result[2], pixel / result[2] % result[1], pixel / result[2] / result[1])
                guard let row = met(0, y, ky), let column = met(1, x, kx) else { continue }
                body(
                    imageIndex(n, row, column, f / groupFilters * groupChannels + c), resultIndex(n, y, x, f))
            }
        }
    }

    /// The four positions of an element, the last axis first.
    private func split(_ index: Int, _ shape: Shape) -> (Int, Int, Int, Int) {
        let rest = index / shape[3]
        return (index % shape[3], rest % shape[2], rest / shape[2] % shape[1], rest / shape[2] / shape[1])
    }

    /// That sum and the sum of its terms' magnitudes.
    fileprivate func exactElement(
        _ index: Int, of made: ConvolutionArray, _ inputs: [TuningOperand]
    ) -> (value: Double, magnitude: Double) {
        var (value, magnitude) = (0.0, 0.0)
        forEachProduct(of: made, at: index) { first, second in
            let product = inputs[0].numbers[first] * inputs[1].numbers[second]
            value += product
            magnitude += abs(product)
        }
        return (value, magnitude)
    }
}

/// Which array of a convolution is computed.
enum ConvolutionArray { case image, filter, result }

extension Ops.Convolution2D: TunableLowering {
    package func exactElement(_ index: Int, of inputs: [TuningOperand]) throws -> (value: Double, magnitude: Double) {
        let result = try resultTypes(inputs.map(\.type))[0].shape
        return ConvolutionGeometry(
            image: inputs[0].type.shape, filter: inputs[1].type.shape, result: result, window: window, groups: groups
        ).exactElement(index, of: .result, inputs)
    }
}

extension Ops.Convolution2DInputGradient: TunableLowering {
    package func exactElement(_ index: Int, of inputs: [TuningOperand]) throws -> (value: Double, magnitude: Double) {
        ConvolutionGeometry(
            image: input, filter: inputs[1].type.shape, result: inputs[0].type.shape, window: window, groups: groups
        ).exactElement(index, of: .image, inputs)
    }
}

extension Ops.Convolution2DFilterGradient: TunableLowering {
    package func exactElement(_ index: Int, of inputs: [TuningOperand]) throws -> (value: Double, magnitude: Double) {
        ConvolutionGeometry(
            image: inputs[0].type.shape, filter: filter, result: inputs[1].type.shape, window: window, groups: groups
        ).exactElement(index, of: .filter, inputs)
    }
}
