using AsrFailback.Replication.Journal;

namespace AsrFailback.Replication.Tests;

/// <summary>How old points are, whatever the wall clock does.</summary>
public sealed class PointAgesTests
{
    private static readonly ReplicationPolicy ADay = new(TimeSpan.FromMinutes(5), 1_000, long.MaxValue) { MaxAge = TimeSpan.FromHours(24) };

    private readonly ManualClock _clock = new();
    private readonly SimulatedDisk _disk = new();
    private readonly RecordFactory _records = new(new Random(3), JournalFiles.DiskBytes);

    public PointAgesTests() => JournalFiles.Create(_disk, JournalFiles.DiskBytes);

    [Fact]
    public void A_wall_clock_that_jumps_a_day_ahead_expires_no_point()
    {
        using var journal = Open();
        Points(journal, 6);

        _clock.SetWallBy(TimeSpan.FromDays(2));

        Assert.Equal(0, journal.Prune(ADay));
        _clock.SetWallBy(TimeSpan.FromDays(400));
        Assert.Equal(0, journal.Prune(ADay));
    }

    [Fact]
    public void A_wall_clock_that_is_set_back_expires_no_point_and_keeps_none_for_ever()
    {
        using var journal = Open();
        Points(journal, 6);
        _clock.SetWallBy(TimeSpan.FromHours(-10));
        Assert.Equal(0, journal.Prune(ADay));

        // The shorter of both: ten hours more than a day by the wall.
        _clock.Advance(TimeSpan.FromHours(35));

        Assert.Equal(4, journal.Prune(ADay));
    }

    [Fact]
    public void Running_time_expires_points_one_after_the_other()
    {
        using var journal = Open();
        var points = Points(journal, 6); // an hour apart; the last is of this moment
        _clock.Advance(TimeSpan.FromHours(20));
        Assert.Equal(1, journal.Prune(ADay));

        _clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal(2, journal.Prune(ADay));
        Assert.Equal(points[3..], journal.Points);
        _clock.Advance(TimeSpan.FromDays(9));
        journal.Prune(ADay);
        Assert.Equal(points[4..], journal.Points);
    }

    [Fact]
    public void A_restart_goes_on_counting_and_leaves_out_what_lies_between()
    {
        using (var journal = Open())
        {
            Points(journal, 6);
        }

        _clock.SetWallBy(TimeSpan.FromDays(2)); // a weekend in which nothing ran
        using var again = Open();
        Assert.Equal(0, again.Prune(ADay));
        _clock.Advance(TimeSpan.FromHours(20));
        Assert.Equal(1, again.Prune(ADay)); // five hours old when it was closed
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(2, again.Prune(ADay));
    }

    // A program that is started every morning must not keep every point for ever.
    [Fact]
    public void Short_openings_add_up()
    {
        for (var opening = 0; opening < 60; opening++)
        {
            using var journal = Open();
            Points(journal, 1, prune: false);
            journal.Prune(ADay);
            _clock.SetWallBy(TimeSpan.FromHours(12));
        }

        using var last = Open();
        Assert.InRange(last.Points.Count, 24, 26);
    }

    [Fact]
    public void A_restart_counts_also_where_the_first_prune_is_late()
    {
        using (var journal = Open())
        {
            Points(journal, 6, prune: false);
        }

        using var again = Open();
        _clock.Advance(TimeSpan.FromHours(25)); // the link was down: no mark, so no prune

        Assert.Equal(4, again.Prune(ADay));
    }

    [Fact]
    public void A_point_counts_from_when_it_was_made_also_where_the_first_prune_is_late()
    {
        using var journal = Open();
        Points(journal, 6, prune: false);
        _clock.Advance(TimeSpan.FromHours(25));

        Assert.Equal(4, journal.Prune(ADay));
    }

    private RetentionJournal Open() =>
        RetentionJournal.Open(_disk, JournalFiles.Folder, JournalFiles.Folder, JournalFiles.OpenDisks(_disk), new JournalOptions { Clock = _clock });

    private RecoveryPoint[] Points(RetentionJournal journal, int count, bool prune = true)
    {
        for (var index = 0; index < count; index++)
        {
            _clock.Advance(TimeSpan.FromHours(1));
            var mark = _records.Mark();
            journal.Receive(_records.Write(), mark with { Point = mark.Point! with { TimeUtc = _clock.GetUtcNow() } });
            if (prune)
            {
                Assert.Equal(0, journal.Prune(ADay));
            }
        }

        return [.. journal.Points];
    }
}
