using System.Management.Automation;
using AsrFailback.Core.Errors;

namespace AsrFailback.Commands;

/// <summary>Reads everything of a vault that nobody has open, changes nothing, and names what is wrong.</summary>
[Cmdlet(VerbsDiagnostic.Test, "AsrVault")]
[OutputType(typeof(VaultCheck), typeof(bool))]
public sealed class TestAsrVaultCommand : AsrCmdlet
{
    /// <summary>The vault's folder.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Path", "FullName")]
    public string Path { get; set; } = "";

    /// <summary>Only say whether nothing is wrong.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => RunWithPath(Path, (path, pump, cancellation) =>
    {
        if (OpenVaults.At(path) is not null)
        {
            throw ErrorCatalogue.Exception("VaultOpenHere", path);
        }

        var check = EngineHost.Check(path, cancellation);
        pump.Write(Quiet ? check.Passed : check);
    });
}
