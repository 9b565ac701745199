extension Ops {
    /// 2-D cross-correlation: y[n, p, q, o] = Σ x[n, p s + r d - low, q s + c d - low, i] w[r, c, i, o].
    ///
    /// Operands: x [batch, rows, columns, channels], w [rows, columns, channels / groups, filters]. Group
    /// g joins the g-th part of the channels with the g-th part of the filters.
    package struct Convolution2D: EpilogueOp {
        package var window: Window
        package var groups: Int
        package var epilogue: Epilogue?

        package init(_ window: Window, groups: Int = 1, epilogue: Epilogue? = nil) {
            self.window = window
            self.groups = groups
            self.epilogue = epilogue
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            let (x, w) = (inputs[0].shape, inputs[1].shape)
            guard w.rank == 4, w[0] == window.size[0], w[1] == window.size[1] else {
                throw shapeError(
                    "a kernel of shape \(w)",
                    expected: "four axes: \(window.size[0]) rows, \(window.size[1]) columns, channels, filters")
            }
            try window.validate(self, input: x)
            guard groups > 0, x[3] == w[2] * groups, w[3] % groups == 0 else {
                throw shapeError(
                    "\(x[3]) channels and a kernel of shape \(w) in \(groups) groups",
                    expected: "channels equal to the kernel's times groups, filters a multiple of groups")
            }
            guard inputs[0].dtype == inputs[1].dtype, inputs[0].dtype.isReal else {
                throw shapeError(
                    "operands of types \(inputs[0].dtype.rawValue) and \(inputs[1].dtype.rawValue)",
                    expected: "one floating-point type", remedy: "Cast them.")
            }
            let shape = Shape([
                x[0], window.positions(0, input: x[1]), window.positions(1, input: x[2]), w[3],
            ])
            return finishedTypes(shape, inputs[0].dtype)
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            let (x, w) = (call.inputs[0], call.inputs[1])
            return [
                .apply(Convolution2DInputGradient(window, groups: groups, input: x.shape), call.upstream, w),
                .apply(Convolution2DFilterGradient(window, groups: groups, filter: w.shape), x, call.upstream),
            ]
        }
    }

    /// The gradient of a convolution with respect to its input; operands: the upstream y' and w.
    package struct Convolution2DInputGradient: EpilogueOp {
        package var window: Window
        package var groups: Int
        /// The shape of the input whose gradient this is.
        package var input: Shape
        package var epilogue: Epilogue?

        package init(_ window: Window, groups: Int, input: Shape, epilogue: Epilogue? = nil) {
            self.window = window
            self.groups = groups
            self.input = input
            self.epilogue = epilogue
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            let forward = Convolution2D(window, groups: groups)
            let expected = try forward.resultTypes([TensorType(input, inputs[0].dtype), inputs[1]])[0]
            guard expected == inputs[0] else {
                throw shapeError("an upstream of type \(inputs[0])", expected: "\(expected)")
            }
            return finishedTypes(input, inputs[0].dtype)
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            let (upstream, w) = (call.inputs[0], call.inputs[1])
            return [
                .apply(Convolution2D(window, groups: groups), call.upstream, w),
                .apply(
                    Convolution2DFilterGradient(window, groups: groups, filter: w.shape), call.upstream, upstream),
            ]
        }
    }

    /// The gradient of a convolution with respect to its kernel; operands: x and the upstream y'.
    package struct Convolution2DFilterGradient: Op {
        package var window: Window
        package var groups: Int
        /// The shape of the kernel whose gradient this is.
        package var filter: Shape

        package init(_ window: Window, groups: Int, filter: Shape) {
            self.window = window
            self.groups = groups
            self.filter = filter
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            let kernel = TensorType(filter, inputs[0].dtype)
            let expected = try Convolution2D(window, groups: groups).resultTypes([inputs[0], kernel])[0]
            guard expected == inputs[1] else {
                throw shapeError("an upstream of type \(inputs[1])", expected: "\(expected)")
            }
            return [kernel]
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            let (x, upstream) = (call.inputs[0], call.inputs[1])
            return [
                .apply(Convolution2DInputGradient(window, groups: groups, input: x.shape), upstream, call.upstream),
                .apply(Convolution2D(window, groups: groups), x, call.upstream),
            ]
        }
    }
}
