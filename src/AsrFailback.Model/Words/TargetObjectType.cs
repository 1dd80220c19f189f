namespace AsrFailback;

/// <summary>What kind of object a job works on, in the service's words: a recovery plan may be called like a machine.</summary>
/// <param name="Value">The word as the service writes it.</param>
public readonly record struct TargetObjectType(string Value)
{
    /// <summary>A protected item.</summary>
    public static readonly TargetObjectType ProtectionEntity = new("ProtectionEntity");

    /// <summary>A machine that is not protected yet.</summary>
    public static readonly TargetObjectType Vm = new("Vm");

    /// <summary>A recovery plan.</summary>
    public static readonly TargetObjectType RecoveryPlan = new("RecoveryPlan");

    /// <summary>A fabric, or a server of it.</summary>
    public static readonly TargetObjectType Fabric = new("Fabric");

    /// <summary>The vault as a whole (ours).</summary>
    public static readonly TargetObjectType Vault = new("Vault");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
