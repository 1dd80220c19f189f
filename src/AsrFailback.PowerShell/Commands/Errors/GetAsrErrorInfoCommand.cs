using System.Management.Automation;
using AsrFailback.Core.Errors;

namespace AsrFailback.Commands;

/// <summary>Explains errors: the catalogue by id, by code, or by words.</summary>
[Cmdlet(VerbsCommon.Get, "AsrErrorInfo")]
[OutputType(typeof(AsrErrorInfo))]
public sealed class GetAsrErrorInfoCommand : AsrCmdlet
{
    /// <summary>Ids, wildcards allowed, or error records; all by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("FullyQualifiedErrorId", "Id")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ErrorIdCompleter))]
    public string[] Id { get; set; } = ["*"];

    /// <summary>Codes, the service's or our own, wildcards allowed; all by default.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Code { get; set; } = ["*"];

    /// <summary>Words that must all be in its text.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Text { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Id, (pump, _) =>
    {
        // An error record's id goes on with the cmdlet that wrote it.
        var ids = new NameChoice([.. Id.Select(id => id.Split(',')[0])], "ErrorUnknown");
        var codes = new NameChoice(Code, "ErrorUnknown");
        foreach (var error in ErrorCatalogue.All.Where(error => ids.Takes(error.Id) & codes.Takes(error.Code) && Text.All(word => Has(error, word))))
        {
            pump.Write(error);
        }

        pump.Errors(ids);
        pump.Errors(codes);
        return Task.CompletedTask;
    });

    private static bool Has(AsrErrorInfo error, string word) =>
        new[] { error.Id, error.Message, error.PossibleCauses, error.RecommendedAction }.Any(text => text.Contains(word, StringComparison.CurrentCultureIgnoreCase));
}
