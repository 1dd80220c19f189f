param([Parameter(Mandatory)] [string] $Module)

# Points by name and by time, test failovers with their limit and their comment, and what a reprotect would make.

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    Initialize-Vault
    Write-Image disk.img 1
    $null = New-AsrMachine web01 -Fabric onprem -DiskPath ./disk.img -Wait
    $null = Enable-AsrProtection web01 -Wait
    $null = New-AsrRecoveryPoint web01 dup -Wait
    $null = New-AsrRecoveryPoint web01 dup -Wait

    function Get-Refusal($Failed) { @($Failed)[0].FullyQualifiedErrorId -replace ',.*' }
}

AfterAll {
    Exit-TestFolder $folder
}

Describe 'A recovery point' {
    It 'is not guessed from a label that several have' -Tag 'FO-10' {
        $null = Start-AsrTestFailover web01 dup -ErrorVariable failed -ErrorAction SilentlyContinue
        Get-Refusal $failed | Should -Be 'PointAmbiguous'
        $null = New-AsrRecoveryPoint web01 Latest -ErrorVariable failed -ErrorAction SilentlyContinue
        Get-Refusal $failed | Should -Be 'LabelReserved'
    }

    It 'is found by a time, as text or as an object, also for a plan' -Tag 'FO-10' {
        $second = @(Get-AsrRecoveryPoint web01)[1]
        $null = New-AsrRecoveryPlan shop -Group 'web01' -Wait
        foreach ($time in $second.TimeUtc, $second.TimeUtc.UtcDateTime, $second.TimeUtc.LocalDateTime, $second.TimeUtc.ToString('o')) {
            $report = Test-AsrReadiness web01 TestFailover -RecoveryPoint $time
            $report.Failed | Should -BeNullOrEmpty
            (Start-AsrTestFailover web01 -RecoveryPoint $time -Wait).State | Should -Be 'Succeeded'
            (Clear-AsrTestFailover web01 -Wait).State | Should -Be 'Succeeded'
        }

        (Start-AsrRecoveryPlan shop TestFailover -RecoveryPoint $second.TimeUtc -Force -Wait).State | Should -Be 'Succeeded'
        $null = Clear-AsrTestFailover web01 -Wait
        $null = Start-AsrTestFailover web01 -RecoveryPoint 2001-01-01T00:00:00Z -ErrorVariable failed -ErrorAction SilentlyContinue
        Get-Refusal $failed | Should -Be 'NoPointSoOld'
        $null = Start-AsrTestFailover web01 -RecoveryPoint '2001-01-01 00:00' -ErrorVariable failed -ErrorAction SilentlyContinue
        Get-Refusal $failed | Should -Be 'PointTimeUnclear'
        $null = Start-AsrRecoveryPlan shop TestFailover -RecoveryPoint 2001-01-01T00:00:00Z -Force -ErrorVariable failed -ErrorAction SilentlyContinue
        Get-Refusal $failed | Should -Be 'NoPointSoOld'
    }
}

Describe 'A test failover' {
    It 'tells what every disk held, before and after' -Tag 'FO-01' {
        $begun = Start-AsrTestFailover web01 -Wait
        $begun.Digests | ForEach-Object Place | Should -Be 'Production', 'Replica'
        $digest = (Get-FileHash ./disk.img).Hash
        $begun.Digests | ForEach-Object Before | Should -Be $digest, $digest
        $ended = Clear-AsrTestFailover web01 -Wait
        $ended.Digests | ForEach-Object After | Should -Be $digest, $digest
        (Start-AsrTestFailover web01 -SkipDigest -Wait).Digests | Should -BeNullOrEmpty
        (Clear-AsrTestFailover web01 -SkipDigest -Wait).State | Should -Be 'Succeeded'
    }

    It 'is limited, and not any more' -Tag 'FO-01' {
        $null = Set-AsrProtection web01 -TestFailoverLimit 7.00:00:00 -Wait
        $null = Set-AsrProtection web01 -MaxPoints 100 -Wait
        (Get-AsrProtectedItem web01).Policy.TestFailoverLimit | Should -Be ([timespan]'7.00:00:00')
        $null = Set-AsrProtection web01 -TestFailoverLimit 00:00:01 -ErrorVariable failed -ErrorAction SilentlyContinue
        Get-Refusal $failed | Should -Be 'TestFailoverLimitOutOfRange'
        $null = Set-AsrProtection web01 -TestFailoverLimit 0 -Wait
        (Get-AsrProtectedItem web01).Policy.TestFailoverLimit | Should -BeNullOrEmpty
    }

    It 'is cleaned up with a comment in the job' -Tag 'FO-01' {
        $null = Start-AsrTestFailover web01 -Wait
        (Get-AsrProtectedItem web01).TestFailoverStartedUtc | Should -Not -BeNullOrEmpty
        $job = Clear-AsrTestFailover web01 -Comment 'works' -Wait
        (Get-AsrJob $job.Name).Comment | Should -Be 'works'
    }
}

Describe 'A reprotect to an alternate location' {
    It 'says in -WhatIf that a new machine is made, and where' -Tag 'RP-03' {
        $null = Start-AsrFailover web01 -Force -Wait
        $null = Confirm-AsrCommit web01 -Force -Wait
        (Invoke-There 'Start-AsrReprotect web01 -WhatIf').Out | Should -Not -Match 'new machine'
        Remove-Item ./vault-onprem/machines/web01.json
        (Invoke-There 'Start-AsrReprotect web01 -WhatIf').Out | Should -Match 'new machine web01 on the host esxi01, datastore datastore1'
        (Invoke-There 'Start-AsrRecoveryPlan shop Reprotect -WhatIf').Out | Should -Match 'new machine web01 on the host esxi01, datastore datastore1'
    }
}
