extension Tensor {
    /// The logarithm to base 2.
    public func log2() -> Tensor { log() / 0.693147180559945309 }

    /// The logarithm to base 10.
    public func log10() -> Tensor { log() / 2.302585092994045684 }

    /// ln(e^a + e^b) without overflow; the two are broadcast.
    public func logAddExp(_ other: Tensor) -> Tensor {
        maximum(other) + (-(self - other).abs()).exp().log1p()
    }

    /// The inverse of `erf`: y with erf(y) = x, infinite at -1 and 1, NaN beyond.
    ///
    /// A first guess by Winitzki (2008), made exact by Halley's steps. The gradient is √π/2 e^(y²).
    public func erfinv() -> Tensor {
        Tensor.customGradient(floating) { x in
            let a = 0.147
            let logarithm = (1 - x.square()).log()
            let half = logarithm * 0.5 + 2 / (Double.pi * a)
            var y = x.sign() * ((half.square() - logarithm / a).sqrt() - half).sqrt()
            for _ in 0..<2 {
                let error = (y.erf() - x) * (Double.pi.squareRoot() / 2) * y.square().exp()
                y = y - error / (y * error + 1)
            }
            let edge = Tensor.where(x .== 1.0, x.filled(.infinity), x.filled(-.infinity))
            return .where(x.abs() .< 1.0, y, .where(x.abs() .== 1.0, edge, x.filled(.nan)))
        } backward: { _, y, upstream in
            upstream * y.square().exp() * (Double.pi.squareRoot() / 2)
        }
    }
}
