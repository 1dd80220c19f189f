namespace AsrFailback;

/// <summary>The kinds of site a vault can hold (TO-01).</summary>
public enum FabricKind
{
    /// <summary>A VMware site: vCenter or stand-alone ESXi.</summary>
    VMware,

    /// <summary>An Azure region.</summary>
    Azure,

    /// <summary>An Azure VMware Solution private cloud.</summary>
    AzureVMwareSolution,

    /// <summary>Physical servers; they fail back to a VMware site (RP-10).</summary>
    Physical,

    /// <summary>A Hyper-V site without VMM.</summary>
    HyperV,

    /// <summary>A VMM site with clouds.</summary>
    Vmm,
}

/// <summary>Helpers on <see cref="FabricKind"/>.</summary>
public static class FabricKinds
{
    /// <summary>Whether machines of the site run on ESXi hosts that a vCenter may manage.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>True for VMware sites and AVS private clouds.</returns>
    public static bool IsVSphere(this FabricKind kind) => kind is FabricKind.VMware or FabricKind.AzureVMwareSolution;

    /// <summary>Whether machines of the site run on Hyper-V hosts.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>True for Hyper-V sites and VMM sites.</returns>
    public static bool IsHyperV(this FabricKind kind) => kind is FabricKind.HyperV or FabricKind.Vmm;
}
