namespace AsrFailback;

/// <summary>The one exception that carries an <see cref="AsrError"/> to the caller.</summary>
public sealed class AsrException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">The catalogue's error.</param>
    /// <param name="cause">What the system said, if it said something.</param>
    public AsrException(AsrError error, Exception? cause = null)
        : base(error?.Message, cause)
    {
        ArgumentNullException.ThrowIfNull(error);
        Error = error;
    }

    /// <summary>The error with its causes and remedy.</summary>
    public AsrError Error { get; }
}
