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
}
