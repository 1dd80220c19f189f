using System.Diagnostics;
using System.Text;
using AsrFailback.Core.Plans;
using Xunit.Abstractions;

namespace AsrFailback.Fabrics.Tests;

/// <summary>Ten thousand plan files damaged at random are read, or refused with every place, at once.</summary>
public sealed class PlanMutationTests(ITestOutputHelper output)
{
    private const int Times = 2500;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    // To see it fail: take the look at duplicate names out of JsonSense, or let JsonPart.Number throw.
    [Theory]
    [Requirement("RPL-02")]
    [InlineData("ours", "bytes")]
    [InlineData("ours", "values")]
    [InlineData("service", "bytes")]
    [InlineData("service", "values")]
    public void A_damaged_file_is_read_or_refused_with_every_place(string form, string what)
    {
        var seed = Chance.Seed(output);
        var text = form == "ours" ? PlanTexts.Ours : PlanTexts.Service;
        var (faults, refused) = (new List<string>(), 0);
        for (var number = 0; number < Times; number++)
        {
            var random = new Random(unchecked((seed * 1000) + number));
            var damaged = what == "bytes" ? Mutation.OfBytes(text, random) : Mutation.OfStructure(text, random);
            var thrown = Record.Exception(() => Read(damaged));
            refused += thrown is null ? 0 : 1;
            if ((Fault(thrown) ?? Slowness(damaged)) is { } fault)
            {
                faults.Add($"seed {seed}, {number}: {fault}");
            }
        }

        output.WriteLine($"{refused} of {Times} were refused");
        Assert.InRange(refused, Times / 5, Times);
        Claim.None(faults);
    }

    private static string? Fault(Exception? thrown) => thrown switch
    {
        null => null,
        AsrException refused => Record.Exception(() => Assert.NotEmpty(PlanTexts.Findings(refused)))?.Message,
        _ => thrown.ToString(),
    };

    // What was read can be written, and is the same then.
    private static void Read(byte[] content)
    {
        var plan = PlanFile.Read("plan.json", content, PlanTexts.World);
        var written = PlanWriter.Write(plan);
        if (Record.Exception(() => Assert.Equal(written, PlanWriter.Write(PlanFile.Read("plan.json", written, PlanTexts.World)))) is { } lost)
        {
            throw new InvalidOperationException($"It was read and cannot be kept: {lost.Message}\n{Encoding.UTF8.GetString(written)}");
        }
    }

    // The best of several: another program may have had the processor.
    private static string? Slowness(byte[] content)
    {
        var best = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 3 && best > Limit; attempt++)
        {
            var watch = Stopwatch.StartNew();
            Record.Exception(() => Read(content));
            best = watch.Elapsed < best ? watch.Elapsed : best;
        }

        return best > Limit ? $"took {best.TotalMilliseconds} ms" : null;
    }
}
