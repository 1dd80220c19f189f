using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>The one maker of error records: id, category, target and remedy come from the catalogue.</summary>
internal static class ErrorRecords
{
    /// <summary>The record of an error.</summary>
    public static ErrorRecord Of(AsrError error, object? target) => Of(new AsrException(error), target);

    /// <summary>The record of an exception; one from outside the catalogue is an unexpected one.</summary>
    public static ErrorRecord Of(Exception exception, object? target)
    {
        var failure = exception as AsrException ?? Core.Errors.ErrorCatalogue.Caused(exception, "Unexpected", exception.ToString());
        var error = failure.Error;
        var category = Enum.TryParse<ErrorCategory>(error.Category, out var known) ? known : ErrorCategory.NotSpecified;
        return new ErrorRecord(failure, error.Id, category, target)
        {
            ErrorDetails = new ErrorDetails(TextOf(error)) { RecommendedAction = error.RecommendedAction },
        };
    }

    // A refusal shows every reason with its remedy; that of a single error is its recommended action.
    private static string TextOf(AsrError error)
    {
        var reasons = error.Reasons.Count > 1 ? error.Reasons : [];
        var lines = reasons.Select(reason => $"{Environment.NewLine}  - {reason.Message} ({reason.Code}) {reason.RecommendedAction}");
        return $"{error.Message} ({error.Code}){string.Concat(lines)}";
    }
}
