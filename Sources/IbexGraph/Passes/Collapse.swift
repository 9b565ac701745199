extension Ops.Fused {
    /// The same work with neighbouring axes joined wherever every operand walks them as one.
    package func collapsed() -> Ops.Fused {
        var fused = self
        let keptRank = domain.rank - reducedAxes
        var axis = domain.rank - 1
        while axis > 0 {
            defer { axis -= 1 }
            // A kept and a folded axis never join.
            if axis == fused.domain.rank - fused.reducedAxes { continue }
            let extent = fused.domain[axis]
            let bodyJoins = (fused.views + (fused.closing?.views ?? [])).allSatisfy {
                $0.strides[axis - 1] == $0.strides[axis] * extent
            }
            let isKept = axis < fused.domain.rank - fused.reducedAxes
            let tailJoins =
                !isKept
                || fused.epilogueViews.allSatisfy {
                    $0.strides[axis - 1] == $0.strides[axis] * extent
                }
            guard bodyJoins, tailJoins else { continue }
            var extents = fused.domain.extents
            extents[axis - 1] *= extent
            extents.remove(at: axis)
            fused.domain = Shape(extents)
            for view in fused.views.indices { fused.views[view].join(axis) }
            for view in (fused.closing?.views ?? []).indices { fused.closing?.views[view].join(axis) }
            if isKept {
                for view in fused.epilogueViews.indices { fused.epilogueViews[view].join(axis) }
            } else {
                fused.reducedAxes -= 1
            }
        }
        assert(fused.kept.elementCount == kept.elementCount && keptRank >= fused.kept.rank)
        return fused
    }
}

extension View {
    /// Walks an axis and the one before it as one.
    fileprivate mutating func join(_ axis: Int) {
        strides[axis - 1] = strides[axis]
        strides.remove(at: axis)
    }
}
