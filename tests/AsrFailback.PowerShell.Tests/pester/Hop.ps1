# One machine that moves between its home and Azure, and what is compared after each hop. Dot-sourced in BeforeAll, after
# Machine.ps1. Wants $content, $held (what the machine held at each point), $left (devices that must not write any more) and
# $at (Site: the machine's home now; Old: the one before, where it has moved).

function Get-RefusalId($Failed) { @($Failed)[0].Exception.Error.Reasons.Id }

# Refused at once: nothing was recorded, and nothing changed; the refusal names what there is.
function Assert-Unsupported([scriptblock] $Command, [string] $Supported) {
    $before = @(Get-AsrJob).Count, (Get-Status)
    $refusal = $Command | Should -Throw -PassThru
    $reason = $refusal.Exception.Error.Reasons
    $reason.Id, $reason.Code | Should -Be 'UnsupportedDirection', 'InvalidFailoverDirection'
    $reason.RecommendedAction | Should -Match ": $Supported\. "
    @(Get-AsrJob).Count, (Get-Status) | Should -Be $before
}

function Get-Status {
    $item = Get-AsrProtectedItem web01
    $power = foreach ($site in $at.Site, 'azure') { "$site $((Get-AsrMachine web01 -Fabric $site -ErrorAction Ignore).Power)" }
    "$($item.ProtectionState.Value) at $($item.ActiveFabric); $($power -join ', ')"
}

# The side that was left writes no more: neither through a device of before nor because it is on.
function Assert-Fenced([string] $Status) {
    Get-Status | Should -Be $Status
    if ($at.Old) {
        (Get-AsrMachine web01 -Fabric $at.Old).Power | Should -Be 'Off'
        Assert-Image $at.Old $at.OldImage
    }

    foreach ($device in $left) {
        $refused = { $content.Write.Invoke($device, 0, 0, [byte[]]::new(512)) } | Should -Throw -PassThru
        $refused.Exception.InnerException.Error.Id | Should -BeIn 'WriteRefused', 'MachineClosed'
    }
}

function Assert-Image([string] $Site, [string[]] $Expected) {
    Get-Difference $Expected (Get-ImageDigest $Site) | Should -BeNullOrEmpty -Because "$Site holds what was written"
}

# Writes and points, as a cell wants them. What the machine held at each point goes to $held.
function Initialize-Point([string[]] $Made) {
    $held.Clear()
    foreach ($letter in $Made) {
        Write-Content $content
        (New-AsrRecoveryPoint web01 "p$($held.Count)" -AppConsistent:($letter -eq 'a') -Wait).State | Should -Be 'Succeeded'
        $held.Add(@(Copy-Disk $content))
    }

    Write-Content $content
    Wait-Until { (Measure-AsrReplication web01).QueuedBytes -eq 0 }
    $held.Add(@(Copy-Disk $content))
}

# The arguments that mean the point of a cell.
function Get-PointArgument([string] $Point, [int] $Takes) {
    if ($Point -ne 'time') {
        return @{ RecoveryPoint = $Point }
    }

    $listed = Get-AsrRecoveryPoint web01
    $moment = ($listed | Where-Object Label -EQ "p$($Takes + 1)").TimeUtc
    @{ RecoveryPoint = $listed | Where-Object TimeUtc -LT $moment | Select-Object -Last 1 }
}

# The machine writes on while it is failed over, until it may not any more.
function Write-UntilRefused($Device) {
    $refused = { 1..100000 | ForEach-Object { Write-Content $content 1 $Device } } | Should -Throw -PassThru
    $refused.Exception.InnerException.Error.Id | Should -BeIn 'WriteRefused', 'MachineClosed'
}

# One failover, from the last writes to compared bytes on the side it leads to. Before it the link is cut, so that the
# target lacks something in a region of its own. A source that is shut down sends that when the link is back, one that
# is gone takes it along.
function Invoke-Hop([string] $From, [string] $To, $Cell) {
    $arguments = Get-PointArgument $Cell.Point $Cell.Takes
    $left.Add((Get-Engine).OpenMachine('web01'))
    if ($Cell.Source -ne 'running') {
        (Get-Engine).SetSiteCondition($To, $true, $false)
        Write-Content $content -AtEnd
    }

    if ($Cell.Source -eq 'gone') {
        (Get-Engine).SetSiteCondition($From, $false, $false)
        (Get-Engine).SetSiteCondition($To, $true, $true)
    }

    $type = $Cell.Type ?? 'Unplanned'
    $more = $Cell.Given ?? @{}
    if ($type -eq 'Planned') {
        (Get-Engine).SetSiteCondition($To, $true, $true) # it is refused without its link
    }

    $job = Start-AsrFailover web01 @arguments @more -Type $type -SkipSourceShutdown:($Cell.Source -eq 'running') -Force -WarningAction SilentlyContinue
    if ($Cell.Source -eq 'shut down') {
        Write-UntilRefused $left[-1]
        $held[-1] = @(Copy-Disk $content)
        (Get-Engine).SetSiteCondition($To, $true, $true)
    }

    $job = $job | Wait-AsrJob -WarningAction SilentlyContinue
    $job.State | Should -Be 'Succeeded' -Because "$($job.Error)"
    $stays = Get-ImageDigest $From
    $content.Disks = $held[$Cell.Takes]
    Assert-Image $To (Get-Digest $content.Disks)
    (Get-Engine).SetSiteCondition($From, $true, $true)
    Assert-Fenced "${type}FailoverCommitPending at $To; $($To -eq 'azure' ? "$From Off, azure On" : "$To On, azure Off")"
    Write-Content $content
    Assert-Image $To (Get-Digest $content.Disks)
    Assert-Image $From $stays
    $guest = @((Get-AsrFabric $To).Type -in 'VMware', 'AzureVMwareSolution' ? 'LinuxWithoutNetworkManager' : @())
    $job.Warnings.Id | Sort-Object | Should -Be (@($Cell.Told) + $guest | Sort-Object)
}

# A site to come home to. Before it is in the vault, the machine is refused there, and nothing changes.
function Add-Home([string] $Name, [string] $Kind, $Change) {
    if (Get-AsrFabric $Name -ErrorAction Ignore) {
        return
    }

    $before = @(Get-AsrJob).Count, (Get-Status)
    $null = Start-AsrReprotect web01 -Fabric $Name -ErrorVariable refusal -ErrorAction SilentlyContinue
    Get-RefusalId $refusal | Should -Be 'SiteNotDiscovered'
    @(Get-AsrJob).Count, (Get-Status) | Should -Be $before
    $null = New-AsrFabric $Name $Kind "./$Name" -Wait
    if ($Change) {
        Edit-Json "./$Name/site.json" $Change
    }
}

# Blocks of both sides that differ, in bytes.
function Measure-Difference([string] $Site) {
    $there = [Collections.Generic.HashSet[string]] (Get-ImageDigest $Site)
    (Get-Digest $content.Disks | Where-Object { -not $there.Contains($_) } | ForEach-Object { [int] ($_ -replace '.*, (\d+) bytes.*', '$1') } | Measure-Object -Sum).Sum
}
