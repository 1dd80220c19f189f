using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>The group at work of a recovery plan as PowerShell shows it, between the plan and its machines. Not thread-safe.</summary>
/// <param name="activity">Number of the activity.</param>
/// <param name="parent">Number of the plan's activity.</param>
internal sealed class GroupActivity(int activity, int parent)
{
    /// <summary>Number of the activity.</summary>
    public int Activity => activity;

    /// <summary>Takes it off the screen.</summary>
    public ProgressRecord Completed => new(activity, " ", " ") { ParentActivityId = parent, RecordType = ProgressRecordType.Completed };

    /// <summary>What it shows now.</summary>
    public ProgressRecord Record(GroupProgress now) => new(activity, Messages.Get("PlanGroup", now.Number, now.Groups), Messages.Get("PlanMachines", now.Done, now.Machines))
    {
        ParentActivityId = parent, PercentComplete = now.Machines > 0 ? now.Done * 100 / now.Machines : -1,
    };
}
