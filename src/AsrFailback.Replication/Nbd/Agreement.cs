namespace AsrFailback.Replication.Nbd;

/// <summary>What a handshake came to.</summary>
/// <param name="Export">The chosen export.</param>
/// <param name="Structured">Whether reads are answered in structured replies.</param>
internal sealed record Agreement(NbdExport Export, bool Structured);
