using System.Text.Json.Serialization;

namespace AsrFailback.Core.Protection;

/// <summary>The addresses of a machine with one network interface, as vaults of earlier versions have them; only read (FO-12).</summary>
/// <param name="Home">Its own address at home; null when it is not known.</param>
/// <param name="Recovery">Its target address; null for whatever it is given there.</param>
public sealed record SingleAddress(string? Home, string? Recovery)
{
    /// <summary>Its network at home; null for none, or when it is not known.</summary>
    public string? Network { get; init; }

    /// <summary>The same as a list of interfaces.</summary>
    [JsonIgnore]
    public IReadOnlyList<MachineNic> Nics => [MachineNic.Only(Network)[0] with { Address = Home, TargetAddress = Recovery }];
}
