using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Lists the vaults that this process has open; the current one of the runspace with -Current.</summary>
[Cmdlet(VerbsCommon.Get, "AsrVault")]
[OutputType(typeof(Vault))]
public sealed class GetAsrVaultCommand : AsrCmdlet
{
    /// <summary>Names, wildcards allowed; all by default.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VaultCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only the current vault of this runspace.</summary>
    [Parameter]
    public SwitchParameter Current { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var open = Current ? new[] { CurrentVault.Get() }.OfType<IFailbackService>() : OpenVaults.All;
        Run(Name, (pump, _) =>
        {
            WriteChosen(pump, open.Select(service => service.Vault), vault => vault.Name, new NameChoice(Name, "VaultNotOpen"));
            return Task.CompletedTask;
        });
    }
}
