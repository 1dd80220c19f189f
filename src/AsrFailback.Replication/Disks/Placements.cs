namespace AsrFailback.Replication.Disks;

/// <summary>
/// Finds stored pieces of equal size that lie over each other, or not wholly in their file. Takes two bytes for each piece
/// that the file could hold, <see cref="MostPieces"/> at most.
/// </summary>
internal sealed class Placements
{
    /// <summary>Pieces of a file at most: 2 TiB of grains of 64 KiB, all that a sparse VMDK can address.</summary>
    public const long MostPieces = (1 << 25) + 1;

    private readonly long _sectors;
    private readonly int _pieceSectors;

    // For each piece-sized slot of the file, where in it a piece begins: its sector + 1.
    private readonly ushort[] _begins;

    /// <param name="fileSectors">Sectors of the file that may be used, whole or begun.</param>
    /// <param name="pieceSectors">Sectors of a piece, fewer than 65,536.</param>
    public Placements(long fileSectors, int pieceSectors)
    {
        (_sectors, _pieceSectors) = (fileSectors, pieceSectors);
        _begins = new ushort[(fileSectors / pieceSectors) + 1];
    }

    /// <summary>Whether a file is not too long for its pieces.</summary>
    public static bool CanCover(long fileSectors, int pieceSectors) => fileSectors / pieceSectors < MostPieces;

    /// <summary>Whether a piece may lie there: in the file, and not over another one.</summary>
    /// <param name="sector">Where it begins.</param>
    /// <param name="sectors">How much of it must be in the file.</param>
    public bool TryPlace(long sector, int sectors)
    {
        if (sector > _sectors - sectors)
        {
            return false;
        }

        var slot = sector / _pieceSectors;
        var begin = (ushort)((sector % _pieceSectors) + 1);
        if (_begins[slot] != 0 || (slot > 0 && _begins[slot - 1] > begin) || (slot + 1 < _begins.Length && _begins[slot + 1] != 0 && _begins[slot + 1] < begin))
        {
            return false;
        }

        _begins[slot] = begin;
        return true;
    }
}
