namespace AsrFailback.Core.Readiness;

/// <summary>The kinds of failover the matrix knows.</summary>
[Flags]
public enum FailoverKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>An isolated copy.</summary>
    Test = 1,

    /// <summary>Source shut down first, no loss.</summary>
    Planned = 2,

    /// <summary>With or without the source.</summary>
    Unplanned = 4,
}

/// <summary>One row: what may be done from one kind of site to another.</summary>
/// <param name="From">Kind of the site the machine leaves.</param>
/// <param name="To">Kind of the site it goes to.</param>
/// <param name="Kinds">What is supported.</param>
/// <param name="Note">What the row rests on.</param>
public sealed record DirectionRow(FabricKind From, FabricKind To, FailoverKinds Kinds, string Note = "");

/// <summary>Which failover goes where (FO-04): the one table, also printed in <c>docs/directions.md</c>.</summary>
public static class DirectionMatrix
{
    private const FailoverKinds Every = FailoverKinds.Test | FailoverKinds.Planned | FailoverKinds.Unplanned;

    /// <summary>Every supported direction. A pair that is not listed supports nothing.</summary>
    public static IReadOnlyList<DirectionRow> Rows { get; } =
    [
        new(FabricKind.Vmm, FabricKind.Vmm, Every, "between two VMM sites in either direction, and between two clouds of one server"),
        new(FabricKind.Vmm, FabricKind.Azure, Every),
        new(FabricKind.Azure, FabricKind.Vmm, FailoverKinds.Planned),
        new(FabricKind.HyperV, FabricKind.Azure, Every),
        new(FabricKind.Azure, FabricKind.HyperV, FailoverKinds.Planned),
        new(FabricKind.VMware, FabricKind.Azure, FailoverKinds.Test | FailoverKinds.Unplanned),
        new(FabricKind.AzureVMwareSolution, FabricKind.Azure, FailoverKinds.Test | FailoverKinds.Unplanned, "a private cloud is a VMware site"),
        new(FabricKind.Physical, FabricKind.Azure, FailoverKinds.Test | FailoverKinds.Unplanned, "comes home as a new VMware machine"),
        new(FabricKind.Azure, FabricKind.VMware, FailoverKinds.Unplanned, "after a reprotect"),
        new(FabricKind.Azure, FabricKind.AzureVMwareSolution, FailoverKinds.Unplanned, "after a reprotect"),
    ];

    /// <summary>What is supported between two kinds of site.</summary>
    public static FailoverKinds Between(FabricKind from, FabricKind to) =>
        Rows.FirstOrDefault(row => row.From == from && row.To == to)?.Kinds ?? FailoverKinds.None;

    /// <summary>Whether machines of one kind of site can be protected at another; a machine that was created in Azure cannot (RP-08).</summary>
    public static bool Protects(FabricKind home, FabricKind recovery) => home != FabricKind.Azure && Between(home, recovery) != FailoverKinds.None;
}
