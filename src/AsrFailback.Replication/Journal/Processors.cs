using System.Runtime.ExceptionServices;

namespace AsrFailback.Replication.Journal;

/// <summary>Work that several processors share.</summary>
internal static class Processors
{
    /// <summary>Does something for every index below a count, in any order; the first failure is thrown as it is.</summary>
    public static void Share(int count, Action<int> action)
    {
        if (count == 1)
        {
            action(0);
            return;
        }

        try
        {
            Parallel.For(0, count, action);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
