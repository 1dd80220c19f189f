namespace AsrFailback.Replication.Tests;

/// <summary>Which promise was broken.</summary>
internal enum Promise
{
    /// <summary>Invariant 1: acknowledged means durable, in order.</summary>
    DurableBeforeAcknowledged,

    /// <summary>Invariant 2: a point that was listed stays listed, and no other is.</summary>
    ListedPointIsWhole,

    /// <summary>Invariant 3: a point is exactly the source's bytes.</summary>
    PointExact,

    /// <summary>What the journal says of itself is true: in order or not, digests.</summary>
    SelfKnowledge,

    /// <summary>The journal opens again, whatever happened.</summary>
    Opens,
}

/// <summary>A broken promise, and where.</summary>
internal sealed record Violation(Promise Promise, string What);
