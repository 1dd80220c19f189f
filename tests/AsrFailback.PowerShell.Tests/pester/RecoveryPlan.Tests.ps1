param([Parameter(Mandatory)] [string] $Module)

BeforeAll {
    Import-Module $Module -Force
    $folder = New-Item -Type Directory (Join-Path ([IO.Path]::GetTempPath()) "asr-plan-$([guid]::NewGuid())")
    Set-Location $folder
    [IO.File]::WriteAllBytes((Join-Path $PWD 'disk.img'), [byte[]]::new(1MB))
    New-AsrVault ./vault
    $null = New-AsrFabric onprem VMware ./onprem -Wait
    $null = New-AsrFabric azure Azure ./azure -Wait
    foreach ($name in 'db01', 'web01', 'web02') {
        $null = New-AsrMachine $name -Fabric onprem -DiskPath ./disk.img -Wait
        $null = Enable-AsrProtection $name -ReplicationGroup shop -Wait
    }

    function Get-Place { (Get-AsrProtectedItem).ForEach{ $_.ActiveFabric } | Sort-Object -Unique }
}

AfterAll {
    Disconnect-AsrVault
    Set-Location $PSScriptRoot
    Remove-Item $folder -Recurse
}

Describe 'A recovery plan' {
    It 'keeps its machines in order' -Tag 'RPL-01' {
        (New-AsrRecoveryPlan shop -Group 'db01', @('web01', 'web02') -Wait).State | Should -Be 'Succeeded'
        $plan = Get-AsrRecoveryPlan shop
        $plan.Groups.Count | Should -Be 2
        $plan.Items | Should -Be 'db01', 'web01', 'web02'
        ($plan | Out-String) | Should -Match "db01 $([char]0x2192) web01, web02"
    }

    It 'is changed and forgotten by name' -Tag 'RPL-01' {
        $null = New-AsrRecoveryPlan other -Group (, (Get-AsrProtectedItem)) -Wait
        (Get-AsrRecoveryPlan other).Groups.Count | Should -Be 1
        $null = Set-AsrRecoveryPlan other -Group 'web02' -Wait
        (Get-AsrRecoveryPlan other).Items | Should -Be 'web02'
        $groups = @((Get-AsrRecoveryPlan shop).Groups | ForEach-Object { , @($_.Items) })
        $groups[-1] = @($groups[-1])[0]
        $null = Set-AsrRecoveryPlan other -Group $groups -Wait
        (Get-AsrRecoveryPlan other).Items | Should -Be 'db01', 'web01'
        $null = Get-AsrRecoveryPlan oth* | Remove-AsrRecoveryPlan -Force -Wait
        (Get-AsrRecoveryPlan).Name | Should -Be 'shop'
    }

    It 'is named when it is missing' {
        $null = Get-AsrRecoveryPlan nobody -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.FullyQualifiedErrorId | Should -Be 'PlanNotFound,AsrFailback.Commands.GetAsrRecoveryPlanCommand'
        $null = Start-AsrRecoveryPlan nobody Commit -Force -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.FullyQualifiedErrorId | Should -Be 'PlanNotFound,AsrFailback.Commands.StartAsrRecoveryPlanCommand'
    }

    It 'refuses values of a machine that is not in it, and values that mean nothing' {
        $null = Start-AsrRecoveryPlan shop Commit -Machine @{ web09 = @{} } -Force -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].ToString() | Should -Match 'web09'
        $null = Start-AsrRecoveryPlan shop Commit -Machine @{ web01 = @{ Colour = 'red' } } -Force -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].ToString() | Should -Match 'Colour'
    }

    It 'says for every machine whether it is ready' {
        $reports = Test-AsrReadiness -RecoveryPlan shop -Operation UnplannedFailover
        $reports | ForEach-Object Item | Should -Be 'shop', 'db01', 'web01', 'web02'
        $reports.Ready | Should -Be $true, $true, $true, $true
        $reports[0].Checks.Id | Should -Contain 'NotBusy'
        Test-AsrReadiness -RecoveryPlan shop -Operation Commit -Quiet | Should -BeFalse
        Test-AsrReadiness -RecoveryPlan nobody -Operation Commit -Quiet -ErrorAction SilentlyContinue | Should -BeFalse
    }

    It 'shows what it would do and does nothing' {
        Start-AsrRecoveryPlan shop UnplannedFailover -WhatIf
        Get-Place | Should -Be 'onprem'
    }

    It 'rehearses, and cleans up' -Tag 'RPL-03' {
        (Start-AsrRecoveryPlan shop TestFailover -Force -Wait).State | Should -Be 'Succeeded'
        (Get-AsrProtectedItem).TestFailoverActive | Should -Be $true, $true, $true
        (Start-AsrRecoveryPlan shop CleanUpTestFailover -Force -Wait).State | Should -Be 'Succeeded'
        (Get-AsrProtectedItem).TestFailoverActive | Should -Be $false, $false, $false
    }

    It 'takes a replication group to a point that all of it have, or nowhere' -Tag 'FB-03' {
        Set-Content ./rest.ps1 'exit 0'
        $null = Get-AsrProtectedItem | Set-AsrProtection -FreezeScript ./rest.ps1 -ThawScript ./rest.ps1 -Wait
        $null = New-AsrRecoveryPoint web01 -Label rested -AppConsistent -Wait
        (Start-AsrRecoveryPlan shop TestFailover -RecoveryPoint LatestAppConsistent -Force -Wait).State | Should -Be 'Succeeded'
        $null = Start-AsrRecoveryPlan shop CleanUpTestFailover -Force -Wait

        $null = New-AsrMachine web03 -Fabric onprem -DiskPath ./disk.img -Wait
        $null = Enable-AsrProtection web03 -ReplicationGroup shop -Wait
        $null = Start-AsrRecoveryPlan shop TestFailover -RecoveryPoint LatestAppConsistent -Force -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'NoAppConsistentPoint,*'
        (Start-AsrTestFailover web01 -RecoveryPoint LatestAppConsistent -Wait).State | Should -Be 'Succeeded' # alone it may
        $null = Clear-AsrTestFailover web01 -Wait
        $null = Disable-AsrProtection web03 -Force -Wait
    }

    It 'takes everything to Azure and home' -Tag 'RPL-03', 'RP-06' {
        $job = Start-AsrRecoveryPlan shop UnplannedFailover -Force -Wait
        $job.State, $job.ScenarioName | Should -Be 'Succeeded', 'RecoveryPlanUnplannedFailover'
        $job.Tasks.FriendlyName | Should -Be 'Prerequisite check', 'Group 1', 'Group 2'
        Get-Place | Should -Be 'azure'
        $null = Start-AsrRecoveryPlan shop Commit -Force -Wait

        (Test-AsrReadiness web01 Reprotect).Failed.Finding.Id | Should -Be 'GroupNeedsPlan'
        Test-AsrReadiness -RecoveryPlan shop -Operation Reprotect -Quiet | Should -BeTrue
        (Start-AsrRecoveryPlan shop Reprotect -Machine @{ db01 = @{ Datastore = 'datastore1' } } -Force -Wait).State | Should -Be 'Succeeded'
        (Start-AsrRecoveryPlan shop Failback -Force -Wait).State | Should -Be 'Succeeded'
        Get-Place | Should -Be 'onprem'
        (Start-AsrRecoveryPlan shop Commit -Force -Wait).State | Should -Be 'Succeeded'
    }
}
