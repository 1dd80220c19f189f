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

    It 'compiles the plan with -WhatIf, as text and as objects' -Tag 'RPL-03' {
        $steps = Start-AsrRecoveryPlan shop UnplannedFailover -WhatIf -PassThru
        $steps.Name | Should -Be 'Group 1', 'Group 2'
        $steps.AtOnce | Should -Be 1, 2
        $steps[1].Machines.Command.Target | Should -Be 'web01', 'web02'
        $steps[1].Machines.To | Should -Be 'azure', 'azure'
        ($steps | Out-String) | Should -Match 'web01, web02'
        Get-Place | Should -Be 'onprem'
    }

    It 'takes values of machines as objects and from files' -Tag 'RPL-03' {
        Set-Content ./machines.csv "Name,RecoveryPoint,SkipSourceShutdown", "web01,Latest,true", "db01,,"
        $steps = Start-AsrRecoveryPlan shop UnplannedFailover -MachineFile ./machines.csv -WhatIf -PassThru
        $steps.Machines.Command.ShutDownSource | Should -Be $true, $false, $true
        $steps = Start-AsrRecoveryPlan shop UnplannedFailover -Machine (Import-Csv ./machines.csv) -WhatIf -PassThru
        $steps.Machines.Command.ShutDownSource | Should -Be $true, $false, $true
        Set-Content ./machines.json '[{ "Item": "web02", "SkipSourceShutdown": true, "RecoveryPoint": null }]'
        $steps = Start-AsrRecoveryPlan shop UnplannedFailover -MachineFile ./machines.json -WhatIf -PassThru
        $steps.Machines.Command.ShutDownSource | Should -Be $true, $true, $false
        Set-Content ./machines.json '{ "web02": { "SkipSourceShutdown": true } }'
        $steps = Start-AsrRecoveryPlan shop UnplannedFailover -MachineFile ./machines.json -WhatIf -PassThru
        $steps.Machines.Command.ShutDownSource | Should -Be $true, $true, $false
    }

    It 'passes the times of a failover on to every machine, or to one' -Tag 'FO-03', 'FO-07', 'RPL-03' {
        Set-Content ./times.csv "Name,ShutdownTimeout,RollBackAfter", "web01,00:00:10,01:00:00", "db01,,"
        $times = @{ ShutdownTimeout = '00:02:00'; RollBackAfter = '02:00:00'; WhatIf = $true; PassThru = $true }

        $steps = Start-AsrRecoveryPlan shop UnplannedFailover @times
        $steps.Machines.Command.ShutdownTimeout | Should -Be (@([timespan]'00:02:00') * 3)
        $steps.Machines.Command.RollBackAfter | Should -Be (@([timespan]'02:00:00') * 3)
        $steps = Start-AsrRecoveryPlan shop UnplannedFailover -MachineFile ./times.csv @times
        $steps.Machines.Command.Where({ $_.Item -eq 'web01' }).RollBackAfter | Should -Be ([timespan]'01:00:00')
        $steps.Machines.Command.Where({ $_.Item -eq 'web01' }).ShutdownTimeout | Should -Be ([timespan]'00:00:10')
        $steps.Machines.Command.Where({ $_.Item -eq 'db01' }).RollBackAfter | Should -Be ([timespan]'02:00:00')
        $wrong = Start-AsrRecoveryPlan shop UnplannedFailover -RollBackAfter 00:00:01 -WhatIf -PassThru
        @($wrong.Machines.Checks | Where-Object Id -EQ RollBackAfter).Finding.Id | Select-Object -Unique | Should -Be TimeOutOfRange
    }

    It 'tells the place of a value that is wrong: <Text>' -Tag 'RPL-03' -TestCases @(
        @{ File = 'a.csv'; Text = "Name,Colour`nweb01,red"; Says = 'a.csv, line 2, web01: .*Colour' }
        @{ File = 'a.csv'; Text = "Name,Network`nweb01,LAN`nweb09,LAN"; Says = 'web09 is not in the plan shop \(a.csv, line 3\)' }
        @{ File = 'a.csv'; Text = "Name,Network`nweb01,`"L`nAN`"`nWEB01,LAN"; Says = 'a.csv, line 4: WEB01 is there already \(a.csv, line 2\)' }
        @{ File = 'a.csv'; Text = "Name,Network`nweb01,LAN,x"; Says = 'a.csv, line 2 has 3 values, and the first line 2 names' }
        @{ File = 'a.csv'; Text = "Name,Network`nweb01,`"LAN"; Says = 'quotation mark in line 2' }
        @{ File = 'a.csv'; Text = "Name,SkipSourceShutdown`nweb01,perhaps"; Says = 'line 2, web01: .*perhaps' }
        @{ File = 'a.csv'; Text = "Name,RollBackAfter`nweb01,5"; Says = 'line 2, web01: .*RollBackAfter must be a time such as 00:05:00: 5' }
        @{ File = 'a.csv'; Text = "Network`nLAN"; Says = 'a.csv, line 2 has neither a Name nor an Item' }
        @{ File = 'a.json'; Text = "[`n{"; Says = 'a.json is no JSON: line 2' }
        @{ File = 'a.json'; Text = '[{ "Name": "web01", "Network": { } }]'; Says = 'a.json, element 1: Network must be' }
        @{ File = 'a.json'; Text = '{ "web01": { "Colour": "red" } }'; Says = 'a.json, web01, web01: .*Colour' }
        @{ File = 'a.json'; Text = '7'; Says = 'an array of objects is needed' }
        @{ File = 'a.txt'; Text = 'x'; Says = 'ends neither in .csv nor in .json' }
    ) {
        Set-Content "./$File" $Text -NoNewline
        $steps = Start-AsrRecoveryPlan shop UnplannedFailover -MachineFile "./$File" -WhatIf -PassThru -ErrorVariable failed -ErrorAction SilentlyContinue
        $steps | Should -BeNullOrEmpty
        $failed[0].ToString() | Should -Match $Says
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'ArgumentInvalid,*'
    }

    It 'names the object whose value is wrong' -Tag 'RPL-03' {
        $null = Start-AsrRecoveryPlan shop Commit -Machine @{ Name = 'db01' }, ([pscustomobject]@{ Item = 'web01'; Colour = 'red' }) -Force -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].ToString() | Should -Match 'item 2, web01: .*Colour'
        $null = Start-AsrRecoveryPlan shop Commit -MachineFile ./nothing.csv -Force -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'FileMissing,*'
    }

    It 'refuses parameters that would not be used' {
        { Start-AsrRecoveryPlan shop Commit -PassThru -Force } | Should -Throw '*-WhatIf*'
        { Start-AsrRecoveryPlan shop Commit -MachineFile ./machines.csv -Machine @{ } -Force } | Should -Throw '*-Machine*'
        { Start-AsrRecoveryPlan shop Commit -ThrottleLimit 65 -Force } | Should -Throw
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
