namespace AsrFailback.Replication.Nbd;

/// <summary>Writes replies in the agreed form; each call is one whole reply with the request's cookie. Not thread-safe.</summary>
internal interface IReplies
{
    /// <summary>The request was carried out; no bytes belong to the reply.</summary>
    void Done(in Request request);

    /// <summary>The request was not carried out, or only in part.</summary>
    /// <param name="request">The request.</param>
    /// <param name="error">The error, not <see cref="Errno.None"/>.</param>
    /// <param name="why">In words, for the client's user; may be cut off.</param>
    void Refused(in Request request, Errno error, string why);

    /// <summary>What was read.</summary>
    void Content(in Request request, ReadOnlySpan<byte> content);
}
