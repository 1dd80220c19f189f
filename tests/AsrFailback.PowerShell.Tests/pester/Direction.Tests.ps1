param([Parameter(Mandatory)] [string] $Module)

# Protection group and policy follow from the direction of the replication.

BeforeAll {
    Import-Module $Module -Force
    . $PSScriptRoot/Common.ps1
    $folder = Enter-TestFolder
    Initialize-Vault
    Write-Image disk.img 1
    $null = New-AsrMachine web01 -Fabric onprem -DiskPath ./disk.img -Wait
    $null = Enable-AsrProtection web01 -ProtectionGroup shop -RpoThreshold 00:30:00 -MaxAge 3.00:00:00 -Wait
    $null = New-AsrRecoveryPlan shop -Group 'web01' -Wait

    function Move-Machine { $null = Start-AsrFailover web01 -Force -Wait; $null = Confirm-AsrCommit web01 -Force -Wait }
    function Get-Refusal($Failed) { @($Failed)[0].FullyQualifiedErrorId -replace ',.*' }
}

AfterAll {
    Exit-TestFolder $folder
}

Describe 'The way out' {
    It 'takes the group and the policy that were named' -Tag 'TO-08', 'TO-09' {
        $item = Get-AsrProtectedItem web01
        $item.ProtectionGroup, $item.PolicyName | Should -Be 'shop', 'web01-policy'
        $item.Policy.RpoThreshold, $item.ForwardPolicy.RpoThreshold | Should -Be ([timespan]'00:30:00'), ([timespan]'00:30:00')
    }

    It 'shows the failback group in a plan' -Tag 'RPL-04' {
        (Get-AsrRecoveryPlan shop).ProtectionGroups | Should -Be 'shop', 'shop_Failback'
    }

    It 'refuses the name of a failback group, and a threshold that is not possible' -Tag 'TO-08', 'TO-09' {
        $null = New-AsrMachine web02 -Fabric onprem -DiskPath ./disk.img -Wait
        $null = Enable-AsrProtection web02 -ProtectionGroup web_Failback -ErrorVariable failed -ErrorAction SilentlyContinue
        Get-Refusal $failed | Should -Be 'ProtectionGroupReserved'
        $null = Enable-AsrProtection web02 -RpoThreshold 1.00:00:01 -ErrorVariable failed -ErrorAction SilentlyContinue
        Get-Refusal $failed | Should -Be 'RpoThresholdOutOfRange'
    }

    It 'limits the bandwidth, always or between two times, and takes the limit away' -Tag 'TO-09' {
        $null = Set-AsrProtection web01 -BandwidthLimit 20MB -BandwidthFrom 00:00 -BandwidthUntil 23:59 -Wait
        (Get-AsrProtectedItem web01).Policy.Bandwidth.BytesPerSecond | Should -Be 20MB
        $null = Set-AsrProtection web01 -MaxPoints 90 -Wait
        (Get-AsrProtectedItem web01).Policy.Bandwidth.Until | Should -Be ([TimeOnly]'23:59')
        (Measure-AsrReplication web01).RateLimitBytesPerSecond | Should -BeIn 20MB, $null
        $null = Set-AsrProtection web01 -BandwidthLimit 1KB -ErrorVariable failed -ErrorAction SilentlyContinue
        Get-Refusal $failed | Should -Be 'BandwidthOutOfRange'
        $null = Set-AsrProtection web01 -BandwidthLimit 0 -Wait
        (Get-AsrProtectedItem web01).Policy.Bandwidth | Should -BeNullOrEmpty
    }

    It 'changes the threshold that is named and leaves it alone otherwise' -Tag 'TO-09' {
        $null = Set-AsrProtection web01 -RpoThreshold 00:20:00 -Wait
        $null = Set-AsrProtection web01 -MaxPoints 100 -Wait
        (Get-AsrProtectedItem web01).Policy.RpoThreshold | Should -Be ([timespan]'00:20:00')
    }
}

Describe 'The way home' {
    BeforeAll { Move-Machine }

    It 'refuses another group and another policy than its own, in all places that ask' -Tag 'TO-08', 'TO-09' {
        $null = Start-AsrReprotect web01 -ProtectionGroup shop -ErrorVariable failed -ErrorAction SilentlyContinue
        Get-Refusal $failed | Should -Be 'ProtectionGroupMismatch'
        $null = Start-AsrReprotect web01 -Policy web01-policy -ErrorVariable failed -ErrorAction SilentlyContinue
        Get-Refusal $failed | Should -Be 'PolicyMismatch'
        (Test-AsrReadiness web01 Reprotect -ProtectionGroup shop -Policy web01-policy).Failed.Id | Should -Be 'ProtectionGroup', 'Policy'
        $null = Start-AsrRecoveryPlan shop Reprotect -Machine @{ web01 = @{ ProtectionGroup = 'shop' } } -Force -ErrorVariable failed -ErrorAction SilentlyContinue
        Get-Refusal $failed | Should -Be 'ProtectionGroupMismatch'
        $null = Start-AsrRecoveryPlan shop Reprotect -Machine @{ web01 = @{ Policy = 'web01-policy' } } -Force -ErrorVariable failed -ErrorAction SilentlyContinue
        Get-Refusal $failed | Should -Be 'PolicyMismatch'
        { Test-AsrReadiness web01 Commit -Policy web01-policy } | Should -Throw -ErrorId 'ParameterNotUsed,*'
        { Test-AsrReadiness web01 Commit -ProtectionGroup shop } | Should -Throw -ErrorId 'ParameterNotUsed,*'
    }

    It 'takes the right ones when they are named' -Tag 'TO-08', 'TO-09' {
        Test-AsrReadiness web01 Reprotect -ProtectionGroup shop_Failback -Policy onprem-failback -Quiet | Should -BeTrue
        (Start-AsrReprotect web01 -ProtectionGroup shop_Failback -Policy onprem-failback -Wait).State | Should -Be 'Succeeded'
        $item = Get-AsrProtectedItem web01
        $item.ProtectionGroup, $item.PolicyName | Should -Be 'shop_Failback', 'onprem-failback'
        $item.Policy.RpoThreshold, $item.Policy.MaxAge | Should -Be ([timespan]'00:15:00'), ([timespan]'1.00:00:00')
    }

    It 'keeps the policy of the way home out of the machine''s own' -Tag 'TO-09' {
        $before = (Get-AsrProtectedItem web01).ForwardPolicy
        (Set-AsrProtection web01 -MaxPoints 50 -Wait).Warnings | Should -BeNullOrEmpty
        $after = (Get-AsrProtectedItem web01).ForwardPolicy
        $after.MaxPoints, $after.MaxAge, $after.RpoThreshold, $after.PointInterval | Should -Be 50, $before.MaxAge, $before.RpoThreshold, $before.PointInterval
        $after.MaxAge | Should -Be ([timespan]'3.00:00:00')
    }

    It 'says that what is fixed stays' -Tag 'TO-09' {
        $job = Set-AsrProtection web01 -MaxAge 5.00:00:00 -Wait -WarningVariable told -WarningAction SilentlyContinue
        $job.State, $job.Warnings.Id | Should -Be 'Succeeded', 'FailbackPolicyFixed'
        $told | Should -Match 'onprem-failback'
        $item = Get-AsrProtectedItem web01
        $item.Policy.MaxAge, $item.ForwardPolicy.MaxAge | Should -Be ([timespan]'1.00:00:00'), ([timespan]'5.00:00:00')
    }

    It 'ends with the machine protected as before' -Tag 'TO-08', 'TO-09', 'RPL-04' {
        (Start-AsrRecoveryPlan shop Failback -Force -Wait).State | Should -Be 'Succeeded'
        $null = Confirm-AsrCommit web01 -Force -Wait
        $null = Start-AsrReprotect web01 -Wait
        $item = Get-AsrProtectedItem web01
        $item.ProtectionGroup, $item.PolicyName, $item.Policy.MaxAge | Should -Be 'shop', 'web01-policy', ([timespan]'5.00:00:00')
    }
}
