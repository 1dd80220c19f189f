param([Parameter(Mandatory)] [string] $Module)

# Every direction of VMware, AVS and physical servers, in every type, from protection to protected again, the bytes compared after
# each step (HyperVDirections.Tests.ps1 has the others); and every direction and type there is not, refused with what there is
# instead. To see it fail: add a kind to a row of DirectionMatrix, roll back to the latest point always, leave one of the three
# maps out of DeltaPlanner.

BeforeDiscovery {
    # How the machine moves, each way. Made: points before the failover (c crash-consistent, a app-consistent), with the
    # labels p0, p1, ... and writes before each and after the last. Takes: which of them it arrives with, -1 for all writes.
    # Told: the warnings.
    $types = @(
        @{ Cell = 'Latest'; Made = 'c', 'a'; Point = 'Latest'; Takes = -1; Source = 'shut down'; Told = 'LossExpected' }
        @{ Cell = 'Latest, the source not shut down'; Made = 'c', 'a'; Point = 'Latest'; Takes = -1; Source = 'running'; Told = @() }
        @{ Cell = 'Latest, the source gone'; Made = 'c', 'a'; Point = 'Latest'; Takes = -1; Source = 'gone'; Told = 'SourceAway', 'LossExpected', 'SourceNotShutDown' }
    )
    $points = @(
        @{ Cell = 'LatestProcessed'; Made = 'a', 'c'; Point = 'LatestProcessed'; Takes = 1; Source = 'shut down'; Told = 'PointOlderThanLatest' }
        @{ Cell = 'LatestCrashConsistent'; Made = 'c', 'a'; Point = 'LatestCrashConsistent'; Takes = 0; Source = 'shut down'; Told = 'PointOlderThanLatest' }
        @{ Cell = 'LatestAppConsistent'; Made = 'a', 'c'; Point = 'LatestAppConsistent'; Takes = 0; Source = 'shut down'; Told = 'PointOlderThanLatest' }
        @{ Cell = 'a named point'; Made = 'c', 'c', 'a'; Point = 'p1'; Takes = 1; Source = 'shut down'; Told = 'PointOlderThanLatest' }
        @{ Cell = 'the last point before a time'; Made = 'c', 'c', 'a'; Point = 'time'; Takes = 1; Source = 'shut down'; Told = 'PointOlderThanLatest' }
        @{ Cell = 'an older point, the source gone'; Made = 'c', 'a'; Point = 'p0'; Takes = 0; Source = 'gone'; Told = 'PointOlderThanLatest', 'SourceAway', 'SourceNotShutDown' }
    )

    # Where the machine comes from, and before each way home what happens there. Moves: what a reprotect home sends.
    $gone = { Remove-Item ./onprem/machines/web01.json, ./onprem/datastores/*/web01 -Recurse }
    $alone = { $_.Remove('vCenter') }
    $elsewhere = {
        $_.hosts += @{ name = 'esxi91'; licence = 'Licensed'; discovered = $false }
        $_.datastores += @{ name = 'store91'; type = 'vSAN'; folder = 'datastores/store91'; hosts = @('esxi91') }
        $_.masterTargets += $_.masterTargets[0] + @{}
        $_.masterTargets[-1].name, $_.masterTargets[-1].host, $_.masterTargets[-1].datastore = 'mt91', 'esxi91', 'store91'
        $_.masterTargets[-1].retentionVolumes = @(@{ name = '/mnt/retention'; folder = 'retention91' })
    }
    $discovered = {
        Remove-Item ./onprem/machines/web01.json, ./onprem/datastores/*/web01 -Recurse
        Edit-Json ./onprem/site.json { $_.hosts[-1].discovered = $false }
        $null = Start-AsrReprotect web01 -MasterTarget mt91 -ErrorVariable refusal -ErrorAction SilentlyContinue
        Get-RefusalId $refusal | Should -Contain 'HostNotDiscovered'
        Edit-Json ./onprem/site.json { $_.hosts[-1].discovered = $true }
    }
    $otherServers = { $_.vCenter, $_.configurationServer.name = 'vcenter02', 'cs02' }
    $rows = @(
        @{ Row = 'VMware to Azure and back to the original machine'; Kind = 'VMware'; Moves = 'the difference'; Place = 'esxi01', 'datastore1'; Cells = $types + $points }
        @{ Row = 'VMware to Azure and back to a new machine'; Kind = 'VMware'; Moves = 'everything'; Before = $gone; Given = @{ Datastore = 'datastore2' }; Place = 'esxi01', 'datastore2'; Cells = $types + $points }
        @{ Row = 'AVS to Azure and back to the original machine'; Kind = 'AzureVMwareSolution'; Moves = 'the difference'; Place = 'esxi01', 'datastore1'; Cells = $types + $points }
        @{ Row = 'AVS to Azure and back to a new machine'; Kind = 'AzureVMwareSolution'; Moves = 'everything'; Before = $gone; Given = @{ Datastore = 'datastore2' }; Place = 'esxi01', 'datastore2'; Cells = $types }
        @{ Row = 'ESXi without vCenter to Azure and back to the original machine'; Kind = 'VMware'; Site = $alone; Moves = 'the difference'; Place = 'esxi01', 'datastore1'; Cells = $types }
        @{ Row = 'ESXi without vCenter to Azure and back to a new machine'; Kind = 'VMware'; Site = $alone; Moves = 'everything'; Before = $gone; Place = 'esxi01', 'datastore1'; Cells = $types }
        @{ Row = 'VMware to Azure and home to a host that was not known before'; Kind = 'VMware'; Site = $elsewhere; Moves = 'everything'; Before = $discovered; Given = @{ MasterTarget = 'mt91' }; Place = 'esxi91', 'store91'; Cells = $types }
        # Homes: the machine comes home to these sites in turn; they are discovered first.
        @{ Row = 'VMware to Azure and home behind another vCenter, and back'; Kind = 'VMware'; Homes = 'dc2', 'dc3', 'onprem'; HomeKind = 'VMware'; There = $otherServers; Place = 'esxi01', 'datastore1'; Cells = $types }
        @{ Row = 'VMware to Azure and home to another ESXi without vCenter'; Kind = 'VMware'; Homes = 'dc2', 'dc3', 'dc4'; HomeKind = 'VMware'; There = $alone; Place = 'esxi01', 'datastore1'; Cells = $types }
        @{ Row = 'VMware to Azure and home to AVS'; Kind = 'VMware'; Homes = 'dc2', 'dc3', 'dc4'; HomeKind = 'AzureVMwareSolution'; Place = 'esxi01', 'datastore1'; Cells = $types }
        @{ Row = 'AVS to Azure and home to VMware'; Kind = 'AzureVMwareSolution'; Homes = 'dc2', 'dc3', 'dc4'; HomeKind = 'VMware'; Place = 'esxi01', 'datastore1'; Cells = $types }
    )

    # What was a physical server is a VMware machine when it is home.
    $rows += foreach ($type in $types) {
        @{ Row = 'Physical to Azure and home as a new VMware machine'; Kind = 'Physical'; Homes = @('dc2'); HomeKind = 'VMware'; Place = 'esxi01', 'datastore1'; Cells = @($type) }
    }

    # What requirement FO-04 says there is, written down here once more.
    $supported = @(
        @{ From = 'Vmm'; To = 'Vmm'; Kinds = 'Test, Planned, Unplanned' }
        @{ From = 'Vmm'; To = 'Azure'; Kinds = 'Test, Planned, Unplanned' }
        @{ From = 'Azure'; To = 'Vmm'; Kinds = 'Planned' }
        @{ From = 'HyperV'; To = 'Azure'; Kinds = 'Test, Planned, Unplanned' }
        @{ From = 'Azure'; To = 'HyperV'; Kinds = 'Planned' }
        @{ From = 'VMware'; To = 'Azure'; Kinds = 'Test, Unplanned' }
        @{ From = 'AzureVMwareSolution'; To = 'Azure'; Kinds = 'Test, Unplanned' }
        @{ From = 'Physical'; To = 'Azure'; Kinds = 'Test, Unplanned' }
        @{ From = 'Azure'; To = 'VMware'; Kinds = 'Unplanned' }
        @{ From = 'Azure'; To = 'AzureVMwareSolution'; Kinds = 'Unplanned' }
    )
    $kinds = 'VMware', 'AzureVMwareSolution', 'Physical', 'HyperV', 'Vmm', 'Azure'
    $pairs = foreach ($from in $kinds) {
        foreach ($to in $kinds) {
            $way = $supported.Where{ $_.From -eq $from -and $_.To -eq $to }[0]
            @{ From = $from; To = $to; Kinds = $way ? $way.Kinds : 'None' }
        }
    }
}

BeforeAll {
    Import-Module $Module -Force
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Machine.ps1

    . $PSScriptRoot/Hop.ps1
}

Describe '<Row>' -ForEach $rows {
    BeforeAll {
        $folder = Enter-TestFolder
        $null = New-AsrVault ./vault
        $content = Initialize-Content (2MB), (1MB + 512) -Seed 7
        0..1 | ForEach-Object { [IO.File]::WriteAllBytes((Join-Path $PWD "disk$_.img"), $content.Disks[$_]) }
        $null = New-AsrFabric onprem $Kind ./onprem -Wait
        $null = New-AsrFabric azure Azure ./azure -Wait
        if ($Site) {
            Edit-Json ./onprem/site.json $Site
        }

        $null = New-AsrMachine web01 onprem ./disk0.img, ./disk1.img -Wait
        $held = [Collections.Generic.List[object]]::new()
        $left = [Collections.Generic.List[object]]::new()
        $at = @{ Site = 'onprem'; Moves = 0 }
    }

    AfterAll {
        Exit-TestFolder $folder
    }

    It 'is protected with every byte' -Tag 'RP-14' {
        (Enable-AsrProtection web01 -PointInterval 12:00:00 -Wait).State | Should -Be 'Succeeded'
        $rests = $IsWindows ? "$env:SystemRoot\System32\whoami.exe" : (Get-Command true -CommandType Application)[0].Source
        $null = Set-AsrProtection web01 -FreezeScript $rests -ThawScript $rests -Wait
        Assert-Image azure (Get-Digest $content.Disks)
    }

    Context '<_.Cell>' -ForEach $Cells {
        BeforeAll { $cell = $_ }

        It 'is tested in Azure beside production' -Tag 'FO-01', 'FO-10' {
            Initialize-Point $cell.Made
            $arguments = Get-PointArgument $cell.Point $cell.Takes
            $replica = Get-ImageDigest azure
            $number = $cell.Point -eq 'Latest' ? $cell.Made.Count - 1 : $cell.Takes
            (Start-AsrTestFailover web01 @arguments -Wait).State | Should -Be 'Succeeded'
            Get-Difference (Get-Digest $held[$number]) (Get-TestDigest $content) | Should -BeNullOrEmpty
            Write-TestMachine $content
            Get-Difference (Get-Digest $held[$number]) (Get-TestDigest $content) | Should -Be 'disk 0, block 0, 65536 bytes', 'disk 1, block 0, 65536 bytes'
            Assert-Image $at.Site (Get-Digest $content.Disks)
            Assert-Image azure $replica
            (Clear-AsrTestFailover web01 -Wait).State | Should -Be 'Succeeded'
            Assert-Fenced "Protected at $($at.Site); $($at.Site) On, azure Off"
            Assert-Image azure $replica
        }

        It 'refuses a planned failover to Azure' -Tag 'FO-04' {
            Assert-Unsupported { Start-AsrFailover web01 -Type Planned -Force -ErrorAction Stop } 'Test, Unplanned'
        }

        It 'goes to Azure' -Tag 'FO-03', 'FO-07', 'FO-08', 'FO-10' {
            Invoke-Hop -From $at.Site -To azure -Cell $cell
        }

        It 'replicates home' -Tag 'RP-02', 'RP-03', 'RP-04', 'RP-10', 'RP-14', 'RP-15' {
            $null = Confirm-AsrCommit web01 -Force -Wait
            Assert-Fenced "UnplannedFailoverCommitted at azure; $($at.Site) Off, azure On"
            Assert-Image azure (Get-Digest $content.Disks)
            $where = $Given ?? @{}
            if ($Homes) {
                $where = @{ Fabric = $Homes[$at.Moves++] }
                Add-Home $where.Fabric $HomeKind $There
                $at.Old, $at.Site = $at.Site, $where.Fabric
                $at.OldImage = Get-ImageDigest $at.Old
            }

            # What lies there already is compared, and only what differs is sent.
            $moving = $Moves -eq 'everything' -or -not (Test-Path "./$($at.Site)/machines/web01.json") ? 3MB + 512 : (Measure-Difference $at.Site)
            if ($Before) {
                . $Before
            }

            $job = Start-AsrReprotect web01 @where -Wait -WarningAction SilentlyContinue
            $job.State | Should -Be 'Succeeded' -Because "$($job.Error)"
            @($job.Warnings.Id) -contains 'OldMachineLeft' | Should -Be ([bool] $Homes)
            ($job.Tasks.Bytes | Measure-Object -Sum).Sum | Should -Be $moving
            Assert-Image $at.Site (Get-Digest $content.Disks)
            Assert-Fenced "Protected at azure; $($at.Site) Off, azure On"
            $machine = Get-AsrMachine web01 -Fabric $at.Site
            $machine.Host | Should -Be $Place[0]
            $machine.Disks.File | Should -Match "/$($Place[1])/web01/"
        }

        It 'refuses a test and a planned failover home' -Tag 'FO-04' {
            Assert-Unsupported { Start-AsrTestFailover web01 -ErrorAction Stop } 'Unplanned'
            Assert-Unsupported { Start-AsrFailover web01 -Type Planned -Force -ErrorAction Stop } 'Unplanned'
        }

        It 'comes home' -Tag 'FB-01', 'FB-02', 'FO-03', 'FO-10' {
            Initialize-Point $cell.Made
            Invoke-Hop -From azure -To $at.Site -Cell $cell
        }

        It 'is protected again' -Tag 'FB-04', 'RP-14' {
            $null = Confirm-AsrCommit web01 -Force -Wait
            Assert-Fenced "UnplannedFailoverCommitted at $($at.Site); $($at.Site) On, azure "
            Assert-Image $at.Site (Get-Digest $content.Disks)
            (Start-AsrReprotect web01 -Wait).State | Should -Be 'Succeeded'
            Assert-Image azure (Get-Digest $content.Disks)
            Assert-Fenced "Protected at $($at.Site); $($at.Site) On, azure Off"
        }
    }
}

Describe 'The matrix' {
    BeforeAll {
        $folder = Enter-TestFolder
        Write-Image disk.img 1
        $null = New-AsrVault ./vault
        foreach ($kind in 'VMware', 'AzureVMwareSolution', 'Physical', 'HyperV', 'Vmm', 'Azure') {
            $null = New-AsrFabric "from-$kind" $kind "./from-$kind" -Wait
            $null = New-AsrFabric "to-$kind" $kind "./to-$kind" -Wait
            $null = New-AsrMachine "at-$kind" "from-$kind" ./disk.img -Wait
        }

        $matrix = [AppDomain]::CurrentDomain.GetAssemblies().Where{ $_.GetName().Name -eq 'AsrFailback.Core' }[0].GetType('AsrFailback.Core.Readiness.DirectionMatrix')
    }

    AfterAll {
        Exit-TestFolder $folder
    }

    It 'has <Kinds> from <From> to <To>' -ForEach $pairs -Tag 'FO-04' {
        "$($matrix::Between($From, $To))" | Should -Be $Kinds
    }

    It 'protects nothing from <From> to <To>, and says what it does' -ForEach $pairs.Where{ $_.Kinds -eq 'None' -and $_.From -ne 'Azure' } -Tag 'FO-04' {
        $jobs = @(Get-AsrJob).Count
        $null = Enable-AsrProtection "at-$From" "from-$From" "to-$To" -ErrorVariable refusal -ErrorAction SilentlyContinue
        $reason = @($refusal)[0].Exception.Error.Reasons | Where-Object Id -EQ PathUnsupported
        $reason.Message | Should -Match "from $From to $To\."
        $reason.RecommendedAction | Should -Match ": Vmm \u2192 Vmm, Vmm \u2192 Azure, HyperV \u2192 Azure, VMware \u2192 Azure, AzureVMwareSolution \u2192 Azure, Physical \u2192 Azure\."
        @(Get-AsrJob).Count | Should -Be $jobs
        Get-AsrProtectedItem | Should -BeNullOrEmpty
    }

    It 'protects nothing that was made in Azure, to <To>' -ForEach $pairs.Where{ $_.From -eq 'Azure' } -Tag 'RP-08' {
        $null = Enable-AsrProtection at-Azure from-Azure "to-$To" -ErrorVariable refusal -ErrorAction SilentlyContinue
        Get-RefusalId $refusal | Should -Contain 'MachineCreatedInAzure'
        Get-AsrProtectedItem | Should -BeNullOrEmpty
    }
}
