using System.Globalization;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Replication.Tests;

/// <summary>Which points a policy lets go, case by case.</summary>
public sealed class RetentionRulesTests
{
    // A point is its bytes, @ its age in hours, ! when it is pinned; oldest first. Policy: count, bytes, hours.
    [Theory]
    [InlineData("", 1, 0, 1, 0)]
    [InlineData("9@99", 0, 0, 1, 0)]
    [InlineData("9@99 9@99", 0, 0, 1, 0)]
    [InlineData("9@99 9@99 9@99", 0, 0, 1, 1)]
    [InlineData("1@5 1@4 1@3 1@2 1@1", 5, 5, 5, 0)]
    [InlineData("1@5 1@4 1@3 1@2 1@1", 4, 99, 99, 1)]
    [InlineData("1@5 1@4 1@3 1@2 1@1", 1, 99, 99, 3)]
    [InlineData("1@5 1@4 1@3 1@2 1@1", 9, 4, 99, 1)]
    [InlineData("5@5 1@4 1@3 1@2 1@1", 9, 4, 99, 1)]
    [InlineData("1@5 1@4 5@3 1@2 1@1", 9, 4, 99, 3)]
    [InlineData("1@5 1@4 1@3 1@2 9@1", 9, 4, 99, 3)]
    [InlineData("1@5 1@4 1@3 1@2 1@1", 9, 99, 3, 2)]
    [InlineData("1@5 1@4 1@3 1@2 1@1", 9, 99, 0.5, 3)]
    [InlineData("1@1 1@9 1@9 1@1 1@1", 9, 99, 3, 0)]
    [InlineData("1@5! 1@4 1@3 1@2 1@1", 1, 0, 1, 0)]
    [InlineData("1@5 1@4! 1@3 1@2 1@1", 1, 0, 1, 1)]
    [InlineData("1@5 1@4 1@3! 1@2 1@1", 1, 0, 1, 2)]
    [InlineData("1@5 1@4 1@3 1@2! 1@1!", 1, 0, 1, 3)]
    public void A_policy_drops_as_many_of_the_oldest_points_as_the_table_says(string points, int count, long bytes, double hours, int dropped) =>
        Assert.Equal(dropped, RetentionRules.CountToDrop(Parse(points), new ReplicationPolicy(TimeSpan.Zero, count, bytes) { MaxAge = TimeSpan.FromHours(hours) }));

    [Fact]
    public void No_policy_drops_one_of_the_two_newest_or_anything_from_a_pinned_point_on_and_none_keeps_more_than_it_must()
    {
        var random = new Random(7);
        for (var round = 0; round < 20_000; round++)
        {
            var points = Enumerable.Range(0, random.Next(12))
                .Select(_ => new RetainedPoint(random.Next(10), TimeSpan.FromHours(random.Next(10)), random.Next(6) == 0)).ToArray();
            var policy = new ReplicationPolicy(TimeSpan.Zero, random.Next(12), random.Next(60)) { MaxAge = TimeSpan.FromHours(random.Next(10)) };

            var dropped = RetentionRules.CountToDrop(points, policy);

            Assert.InRange(dropped, 0, Math.Max(0, points.Length - RetentionRules.AlwaysKept));
            Assert.DoesNotContain(points.Take(dropped), point => point.IsPinned);
            var left = points[dropped..];
            var stops = left.Length <= RetentionRules.AlwaysKept || left[0].IsPinned;
            var fits = left.Length <= policy.MaxPoints && left.Sum(point => point.Bytes) <= policy.MaxHistoryBytes && (left.Length == 0 || left[0].Age <= policy.MaxAge);
            Assert.True(stops || fits, $"round {round}: {dropped} dropped of {points.Length}");
        }
    }

    [Fact]
    public void A_policy_stored_before_there_was_an_age_keeps_points_for_a_day()
    {
        var stored = System.Text.Json.JsonSerializer.Deserialize<ReplicationPolicy>("""{"PointInterval":"00:05:00","MaxPoints":5,"MaxHistoryBytes":7}""");

        Assert.Equal(TimeSpan.FromHours(24), stored!.MaxAge);
    }

    private static RetainedPoint[] Parse(string points) =>
    [
        .. points.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.TrimEnd('!').Split('@') switch
        {
            var parts => new RetainedPoint(
                long.Parse(parts[0], CultureInfo.InvariantCulture), TimeSpan.FromHours(double.Parse(parts[1], CultureInfo.InvariantCulture)), word.EndsWith('!')),
        }),
    ];
}
