param([Parameter(Mandatory)] [string] $Module)

BeforeAll {
    Import-Module $Module -Force
    $folder = New-Item -Type Directory (Join-Path ([IO.Path]::GetTempPath()) "asr-protection-$([guid]::NewGuid())")
    Set-Location $folder
    $bytes = [byte[]]::new(2MB)
    [Random]::new(11).NextBytes($bytes)
    [IO.File]::WriteAllBytes((Join-Path $PWD 'disk.img'), $bytes)
    New-AsrVault ./vault
    $null = New-AsrFabric onprem VMware ./onprem -Wait
    $null = New-AsrFabric azure Azure ./azure -Wait
    foreach ($name in 'web01', 'web02') {
        $null = New-AsrMachine $name -Fabric onprem -DiskPath ./disk.img -Wait
        $null = Enable-AsrProtection $name -ReplicationGroup shop -Wait
    }

    function Write-Script([string] $Name, [string] $Text) { Set-Content (Join-Path $PWD "$Name.ps1") $Text }
}

AfterAll {
    Disconnect-AsrVault
    Set-Location $PSScriptRoot
    Remove-Item $folder -Recurse
}

Describe 'Set-AsrProtection' {
    It 'changes what is named and nothing else' {
        $before = (Get-AsrProtectedItem web01).Policy
        (Set-AsrProtection web01 -MaxAge 3.00:00:00 -Wait).State | Should -Be 'Succeeded'
        $after = (Get-AsrProtectedItem web01).Policy
        $after.MaxAge | Should -Be ([timespan]::FromDays(3))
        $after.PointInterval, $after.MaxPoints, $after.MaxHistoryBytes | Should -Be $before.PointInterval, $before.MaxPoints, $before.MaxHistoryBytes
    }

    It 'shows what it would do and changes nothing' {
        Set-AsrProtection web01 -MaxPoints 7 -WhatIf
        (Get-AsrProtectedItem web01).Policy.MaxPoints | Should -Not -Be 7
    }

    It 'takes items from the pipeline, and goes on after one that is missing' {
        $jobs = 'nobody', 'web02' | Set-AsrProtection -MaxPoints 9 -Wait -ErrorVariable failed -ErrorAction SilentlyContinue
        $jobs.TargetObjectName | Should -Be 'web02'
        $failed.FullyQualifiedErrorId | Should -Be 'ItemNotFound,AsrFailback.Commands.SetAsrProtectionCommand'
    }

    It 'refuses an interval that cannot be kept' {
        $null = Set-AsrProtection web01 -PointInterval 00:00:01 -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'PointIntervalOutOfRange,*'
    }

    It 'refuses half a pair of programs' {
        Write-Script freeze 'exit 0'
        $null = Set-AsrProtection web01 -FreezeScript ./freeze.ps1 -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'ArgumentInvalid,*'
    }
}

Describe 'An application-consistent point' {
    It 'is refused without the programs' -Tag 'FO-10' {
        $null = New-AsrRecoveryPoint web01 -AppConsistent -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].Exception.Error.Reasons.Id | Should -Be 'NoQuiesceScripts', 'NoQuiesceScripts' # one for each machine of the group
    }

    It 'runs both programs around the mark, for every machine of the group' -Tag 'FO-10' {
        # A file for each call: two programs at once cannot append to one.
        Write-Script freeze 'Set-Content "$PSScriptRoot/call-$([Diagnostics.Stopwatch]::GetTimestamp())-$PID.txt" "freeze $($args[0])"'
        Write-Script thaw 'Set-Content "$PSScriptRoot/call-$([Diagnostics.Stopwatch]::GetTimestamp())-$PID.txt" "thaw $($args[0])"'
        $null = 'web01', 'web02' | Set-AsrProtection -FreezeScript ./freeze.ps1 -ThawScript ./thaw.ps1 -Wait
        (New-AsrRecoveryPoint web01 -Label rested -AppConsistent -Wait).State | Should -Be 'Succeeded'

        $calls = Get-ChildItem ./call-*.txt | Sort-Object { [long] $_.Name.Split('-')[1] } | Get-Content
        $calls[0..1] | Sort-Object | Should -Be 'freeze web01', 'freeze web02'
        $calls[2..3] | Sort-Object | Should -Be 'thaw web01', 'thaw web02'
        $points = 'web01', 'web02' | Get-AsrRecoveryPoint -Label rested
        $points.Consistency | Should -Be 'AppConsistent', 'AppConsistent'
        $points.IsCommon | Should -Be $true, $true
        ($points.Id | Sort-Object -Unique).Count | Should -Be 1
    }

    It 'is what LatestAppConsistent means' -Tag 'FO-10' {
        $null = New-AsrRecoveryPoint web01 -Label newer -Wait
        (Start-AsrTestFailover web01 -RecoveryPoint LatestAppConsistent -Wait).State | Should -Be 'Succeeded'
        $null = Clear-AsrTestFailover web01 -Wait
    }

    It 'is not taken by a program that was changed' {
        Write-Script freeze 'Set-Content "$PSScriptRoot/call-0-$PID.txt" evil'
        $null = New-AsrRecoveryPoint web01 -AppConsistent -Wait -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].Exception.Error.Reasons.Id | Should -Be 'ScriptChanged', 'ScriptChanged' # before any job, for each machine of the group
        Get-Content ./call-*.txt | Should -Not -Contain 'evil'
    }

    It 'is not allowed to a changed program by another setting, and is when the program is named again' {
        $null = 'web01', 'web02' | Set-AsrProtection -MaxPoints 99 -Wait
        $null = New-AsrRecoveryPoint web01 -AppConsistent -Wait -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].Exception.Error.Reasons.Id | Should -Be 'ScriptChanged', 'ScriptChanged'

        Write-Script freeze 'Set-Content "$PSScriptRoot/call-$([Diagnostics.Stopwatch]::GetTimestamp())-$PID.txt" "freeze $($args[0])" # another'
        $null = 'web01', 'web02' | Set-AsrProtection -FreezeScript ./freeze.ps1 -Wait
        (New-AsrRecoveryPoint web01 -AppConsistent -Wait).State | Should -Be 'Succeeded'
    }

    It 'is over when the programs are forgotten' {
        $null = Set-AsrProtection web01 -NoQuiesce -Wait
        (Get-AsrProtectedItem web01).Policy.Quiesce | Should -BeNullOrEmpty
    }
}

Describe 'Repair-AsrReplication' {
    It 'finds nothing in a sound replica' {
        $job = Repair-AsrReplication web01 -Wait
        $job.State | Should -Be 'Succeeded'
        $job.Warnings | Should -BeNullOrEmpty
    }

    It 'names what rotted, and fetches it' {
        $null = New-AsrRecoveryPoint web01 -Label sound -Wait
        $image = Get-Item ./azure/disks/web01/disk0.vhd
        $file = [IO.File]::Open($image.FullName, 'Open', 'ReadWrite', 'ReadWrite')
        $file.Position = 70000
        $byte = $file.ReadByte()
        $file.Position = 70000
        $file.WriteByte($byte -bxor 1)
        $file.Dispose()

        $job = Repair-AsrReplication web01 -Wait -WarningVariable told -WarningAction SilentlyContinue
        $job.Warnings.Id | Should -Be 'ReplicaDamaged'
        $told | Should -Match 'disk 0 block 1'
        $file = [IO.File]::Open($image.FullName, 'Open', 'Read', 'ReadWrite')
        $file.Position = 70000
        $file.ReadByte() | Should -Be $byte
        $file.Dispose()
    }
}

Describe 'Measure-AsrReplication' {
    It 'says what is written and moved' {
        $status = Measure-AsrReplication web01
        $status.ChurnBytesPerSecond | Should -BeGreaterOrEqual 0
        $status.WorstRpoSeconds | Should -BeGreaterOrEqual 0
    }
}
