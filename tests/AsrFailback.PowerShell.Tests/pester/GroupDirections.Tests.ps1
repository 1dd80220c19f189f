param([Parameter(Mandatory)] [string] $Module)

# Machines of a replication group go to Azure and home by their plan, the bytes of each compared after each step. To see it
# fail: take the newest listed point where Latest is asked for, or let a reprotect leave out a machine of the plan.

BeforeDiscovery {
    # Both ways. Takes: the point that all of them have, or all that each of them wrote.
    $cells = @(
        @{ Point = 'Latest'; Takes = 'newest' }
        @{ Point = 'LatestAppConsistent'; Takes = 'common' }
    )
}

BeforeAll {
    Import-Module $Module -Force
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Machine.ps1
    $folder = Enter-TestFolder
    $null = New-AsrVault ./vault
    $null = New-AsrFabric onprem VMware ./onprem -Wait
    $null = New-AsrFabric azure Azure ./azure -Wait
    $rests = $IsWindows ? "$env:SystemRoot\System32\whoami.exe" : (Get-Command true -CommandType Application)[0].Source
    $names = 'db01', 'web01', 'web02'
    $contents = @{}
    foreach ($name in $names) {
        $contents[$name] = Initialize-Content (1MB), (64KB + 512) -Seed $contents.Count
        0..1 | ForEach-Object { [IO.File]::WriteAllBytes((Join-Path $PWD "$name-$_.img"), $contents[$name].Disks[$_]) }
        $null = New-AsrMachine $name onprem "./$name-0.img", "./$name-1.img" -Wait
        $null = Enable-AsrProtection $name -ReplicationGroup shop -PointInterval 12:00:00 -Wait
        $null = Set-AsrProtection $name -FreezeScript $rests -ThawScript $rests -Wait
    }

    $null = New-AsrRecoveryPlan shop -Group 'db01', @('web01', 'web02') -Wait

    function Write-All { $names | ForEach-Object { Write-Content $contents[$_] -Device (Get-Engine).OpenMachine($_) } }

    function Invoke-Plan([string] $Operation, [hashtable] $With = @{}) {
        $job = Start-AsrRecoveryPlan shop $Operation @With -Force -Wait -WarningAction SilentlyContinue
        $job.State | Should -Be 'Succeeded' -Because "$Operation $($job.Error)"
    }

    function Assert-All([string] $Site) {
        foreach ($name in $names) {
            Get-Difference (Get-Digest $contents[$name].Disks) (Get-ImageDigest $Site $name) | Should -BeNullOrEmpty -Because "$Site holds what $name wrote"
        }
    }

    # The plan moves all of them, and each has the bytes of its own newest write or of the point that they share.
    function Invoke-Move([string] $Operation, [string] $To, $Cell) {
        Write-All
        (New-AsrRecoveryPoint web01 -AppConsistent -Wait).State | Should -Be 'Succeeded'
        $common = @{}
        $names | ForEach-Object { $common[$_] = @(Copy-Disk $contents[$_]) }
        Write-All
        $left = $names | ForEach-Object { (Get-Engine).OpenMachine($_) }
        Invoke-Plan $Operation @{ RecoveryPoint = $Cell.Point }
        if ($Cell.Takes -eq 'common') {
            $names | ForEach-Object { $contents[$_].Disks = $common[$_] }
        }

        Assert-All $To
        foreach ($device in $left) {
            { $contents.web01.Write.Invoke($device, 0, 0, [byte[]]::new(512)) } | Should -Throw
        }

        Write-All
        Assert-All $To
        Invoke-Plan Commit
        (Get-AsrProtectedItem).ActiveFabric | Sort-Object -Unique | Should -Be $To
    }

    # No machine of the plan can do that, and the refusal says what it can.
    function Assert-PlanRefused([string] $Operation, [string] $Supported) {
        $refusal = { Start-AsrRecoveryPlan shop $Operation -Force -ErrorAction Stop } | Should -Throw -PassThru
        $reasons = $refusal.Exception.Error.Reasons
        $reasons.Id | Should -Be (@('UnsupportedDirection') * 3)
        $reasons.RecommendedAction | ForEach-Object { $_ | Should -Match ": $Supported\. " }
    }
}

AfterAll {
    Exit-TestFolder $folder
}

Describe 'A replication group' {
    Context 'at <_.Point>' -ForEach $cells {
        BeforeAll { $cell = $_ }

        It 'refuses a planned failover' -Tag 'FO-04', 'RPL-03' {
            Assert-PlanRefused PlannedFailover 'Test, Unplanned'
        }

        It 'goes to Azure' -Tag 'FB-03', 'RPL-03' {
            Invoke-Move -Operation UnplannedFailover -To azure -Cell $cell
        }

        It 'replicates home by its plan only' -Tag 'RP-06' {
            $null = Start-AsrReprotect web01 -ErrorVariable refusal -ErrorAction SilentlyContinue
            @($refusal)[0].Exception.Error.Reasons.Id | Should -Be 'GroupNeedsPlan'
            Invoke-Plan Reprotect
            Assert-All onprem
        }

        It 'refuses a test and a planned failover home' -Tag 'FO-04', 'RPL-03' {
            Assert-PlanRefused TestFailover 'Unplanned'
            Assert-PlanRefused PlannedFailover 'Unplanned'
        }

        It 'comes home' -Tag 'FB-03', 'RPL-03' {
            Invoke-Move -Operation Failback -To onprem -Cell $cell
        }

        It 'is protected again' -Tag 'RPL-03', 'RP-14' {
            Invoke-Plan Reprotect
            Assert-All azure
            (Get-AsrProtectedItem).ProtectionState.Value | Should -Be 'Protected', 'Protected', 'Protected'
        }
    }
}
