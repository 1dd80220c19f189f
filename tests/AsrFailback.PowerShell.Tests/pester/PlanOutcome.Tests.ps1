param([Parameter(Mandatory)] [string] $Module)

# What a recovery plan leaves behind when not all of its machines went along, and what a caller does with it.
BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    Write-Image disk.img 1
    Initialize-Vault
    foreach ($name in 'web01', 'web02') {
        $null = New-AsrMachine $name onprem ./disk.img -Wait
        $null = Enable-AsrProtection $name -Wait
    }

    # The plan has the name of one of its machines.
    $null = New-AsrRecoveryPlan web02 -Group 'web01', 'web02' -Wait

    function Get-State { (Get-AsrProtectedItem).ForEach{ "$($_.ProtectionState)" } }
}

AfterAll {
    Exit-TestFolder $folder
}

Describe 'A recovery plan as a list' {
    It 'shows its groups in words' {
        $text = Get-AsrRecoveryPlan | Format-List | Out-String
        $text | Should -Match "Groups +: web01 $([char]0x2192) web02"
        $text | Should -Not -Match 'System\.'
        "$(Get-AsrRecoveryPlan)" | Should -Not -Match 'System\.'
    }
}

Describe 'A recovery plan of which a machine stayed behind' {
    BeforeAll {
        $null = Start-AsrTestFailover web01 -Wait # which stands in the way of its failover
        $following = Start-AsrRecoveryPlan web02 UnplannedFailover -Force -AsJob -WarningAction SilentlyContinue
        $null = Wait-Job $following -Timeout 30
        $job = Receive-Job $following -ErrorVariable failed -WarningAction SilentlyContinue
    }

    It 'is completed as a PowerShell job, because it has no error' {
        "$($job.State)" | Should -Be 'PartiallySucceeded'
        $following.State | Should -Be 'Completed'
        $failed | Should -BeNullOrEmpty
    }

    It 'is found by its state' {
        (Get-AsrJob -State PartiallySucceeded).Name | Should -Be $job.Name
    }

    It 'says in which group' -Tag 'RPL-02' {
        $job.Tasks.State.Value | Should -Be 'Succeeded', 'Failed', 'Succeeded'
    }

    It 'succeeds when it is run again and the rest goes along' -Tag 'RPL-02' {
        $null = Clear-AsrTestFailover web01 -Wait
        $again = Start-AsrRecoveryPlan web02 UnplannedFailover -Force -Wait -WarningVariable told -WarningAction SilentlyContinue
        "$($again.State)" | Should -Be 'Succeeded'
        "$told" | Should -Match 'web02'
        (Get-AsrProtectedItem).ActiveFabric | Should -Be 'azure', 'azure'
    }
}

Describe 'The job of a recovery plan' {
    It 'says that it worked on a plan, and that of a machine on a machine' {
        $run = Get-AsrJob -Item web02 | Where-Object ScenarioName -EQ RecoveryPlanUnplannedFailover | Select-Object -First 1
        "$($run.TargetObjectType)" | Should -Be 'RecoveryPlan'
        "$((Get-AsrJob -Name "$($run.Name).web01").TargetObjectType)" | Should -Be 'ProtectionEntity'
    }

    It 'is not taken for a machine of the same name' {
        $run = Get-AsrJob | Where-Object ScenarioName -EQ RecoveryPlanUnplannedFailover | Select-Object -First 1
        $null = $run | Start-AsrReprotect -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused[0].FullyQualifiedErrorId | Should -BeLike 'PlanGiven,*'
        $null = Start-AsrReprotect $run -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused[0].FullyQualifiedErrorId | Should -BeLike 'PlanGiven,*'
    }

    It 'commits every machine of the plan' -Tag 'RPL-03' {
        $run = Get-AsrJob | Where-Object ScenarioName -EQ RecoveryPlanUnplannedFailover | Select-Object -First 1
        $commit = $run | Wait-AsrJob | Confirm-AsrCommit -Force -Wait
        $commit.ScenarioName, "$($commit.State)" | Should -Be 'RecoveryPlanCommitFailover', 'Succeeded'
        Get-State | Should -Be 'UnplannedFailoverCommitted', 'UnplannedFailoverCommitted'
    }
}

Describe 'A recovery plan with a machine that is not protected any more' {
    BeforeAll {
        $null = Start-AsrRecoveryPlan web02 Reprotect -Force -Wait
        $null = Start-AsrRecoveryPlan web02 Failback -Force -Wait
        $null = Start-AsrRecoveryPlan web02 Commit -Force -Wait
        $null = Start-AsrRecoveryPlan web02 Reprotect -Force -Wait
        $null = Disable-AsrProtection web01 -Force -Wait
    }

    It 'is refused for what is planned, by the name of the machine' -Tag 'RPL-02' {
        $null = Start-AsrRecoveryPlan web02 TestFailover -RecoveryPoint LatestProcessed -Force -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused[0].FullyQualifiedErrorId | Should -BeLike 'PlanItemMissing,*'
        $refused[0].ToString() | Should -Match 'web01'
    }

    It 'moves the others away, and names it' -Tag 'RPL-02' {
        $job = Start-AsrRecoveryPlan web02 UnplannedFailover -RecoveryPoint LatestProcessed -Force -Wait -WarningVariable told -WarningAction SilentlyContinue
        "$($job.State)" | Should -Be 'PartiallySucceeded'
        "$told" | Should -Match 'web01'
        (Get-AsrProtectedItem web02).ActiveFabric | Should -Be 'azure'
    }
}
