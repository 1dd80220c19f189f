param([Parameter(Mandatory)] [string] $Module)

BeforeDiscovery {
    # The machines stand at four places of the cycle: web01 at home, pend01 before its commit, az01 and az02 in Azure, az02
    # on its way home.
    $judged = @(
        @{ Item = 'web01'; Operation = 'TestFailover'; Direction = 'onprem azure'; Failed = @() }
        @{ Item = 'web01'; Operation = 'UnplannedFailover'; Direction = 'onprem azure'; Failed = @() }
        @{ Item = 'web01'; Operation = 'PlannedFailover'; Direction = 'onprem azure'; Failed = @('Direction') }
        @{ Item = 'web01'; Operation = 'Failback'; Direction = 'onprem azure'; Failed = @('ExpectedDirection') }
        @{ Item = 'web01'; Operation = 'Commit'; Direction = ' '; Failed = @('Phase') }
        @{ Item = 'pend01'; Operation = 'Commit'; Direction = ' '; Failed = @() }
        @{ Item = 'pend01'; Operation = 'Reprotect'; Direction = 'azure onprem'; Failed = @('Phase') }
        @{ Item = 'az01'; Operation = 'Reprotect'; Direction = 'azure onprem'; Failed = @() }
        @{ Item = 'az01'; Operation = 'Commit'; Direction = ' '; Failed = @('Phase') }
        @{ Item = 'az02'; Operation = 'UnplannedFailover'; Direction = 'azure onprem'; Failed = @() }
        @{ Item = 'az02'; Operation = 'Failback'; Direction = 'azure onprem'; Failed = @() }
        @{ Item = 'az02'; Operation = 'PlannedFailover'; Direction = 'azure onprem'; Failed = @('Direction') }
        @{ Item = 'az02'; Operation = 'TestFailover'; Direction = 'azure onprem'; Failed = @('Direction') }
        @{ Item = 'az02'; Operation = 'Reprotect'; Direction = 'azure onprem'; Failed = @('ReplicaLost') }
    )

    $failovers = 'TestFailover', 'PlannedFailover', 'UnplannedFailover', 'Failback'
    $parameters = @(
        @{ Parameter = 'RecoveryPoint'; Value = 'Latest'; Operations = $failovers }
        @{ Parameter = 'Network'; Value = 'vnet-recovery'; Operations = @('TestFailover') }
        @{ Parameter = 'SkipSourceShutdown'; Value = $true; Operations = 'UnplannedFailover', 'Failback' }
        @{ Parameter = 'MasterTarget'; Value = 'mt01'; Operations = @('Reprotect') }
        @{ Parameter = 'ProcessServer'; Value = 'ps-azure'; Operations = @('Reprotect') }
        @{ Parameter = 'Datastore'; Value = 'datastore1'; Operations = @('Reprotect') }
        @{ Parameter = 'RetentionVolume'; Value = '/mnt/retention'; Operations = @('Reprotect') }
    )

    $volumeRules = @(
        @{ What = 'locked'; Rule = { $_.locked = $true }; Id = 'RetentionVolumeLocked' }
        @{ What = 'used for something else'; Rule = { $_.usedFor = 'backups' }; Id = 'RetentionVolumeInUse' }
        @{ What = 'the cache volume'; Rule = { $_.isCache = $true }; Id = 'RetentionVolumeIsCache' }
        @{ What = 'FAT'; Rule = { $_.fileSystem = 'FAT' }; Id = 'RetentionVolumeFat' }
        @{ What = 'FAT32'; Rule = { $_.fileSystem = 'FAT32' }; Id = 'RetentionVolumeFat' }
        @{ What = 'without capacity'; Rule = { $_.capacityBytes = 0 }; Id = 'RetentionVolumeEmpty' }
    )

    $storeRules = @(
        @{ What = 'NFS'; Rule = { $_.type = 'NFS' }; Id = 'DatastoreNfs' }
        @{ What = 'inaccessible'; Rule = { $_.accessible = $false }; Id = 'DatastoreNotAccessible' }
        @{ What = 'mounted read-only'; Rule = { $_.hosts = @('esxi02'); $_.readOnlyHosts = @('esxi01') }; Id = 'DatastoreNotAccessible' }
        @{ What = 'not mounted'; Rule = { $_.hosts = @('esxi02') }; Id = 'DatastoreNotAccessible' }
    )

    $emptyLists = @(
        @{ Cause = 'a read-only account'; Change = { $_.configurationServer.accountRights = 'ReadOnly' }; Id = 'AccountReadOnly' }
        @{ Cause = 'NFS only'; Change = { foreach ($store in $_.datastores) { $store.type = 'NFS' } }; Id = 'DatastoresNfsOnly' }
        @{ Cause = 'nothing mounted'; Change = { foreach ($store in $_.datastores) { $store.hosts = @('esxi02') } }; Id = 'MasterTargetDatastore' }
        @{ Cause = 'no VMware Tools'; Change = { $_.masterTargets[0].toolsInstalled = $false }; Id = 'MasterTargetTools' }
        @{ Cause = 'a host that was not discovered'; Change = { $_.hosts[0].discovered = $false }; Id = 'HostNotDiscovered' }
        @{ Cause = 'a locked volume'; Change = { $_.masterTargets[0].retentionVolumes[0].locked = $true }; Id = 'RetentionVolumeLocked' }
        @{ Cause = 'no volume at all'; Change = { $_.masterTargets[0].retentionVolumes = @() }; Id = 'RetentionVolumeMissing' }
    )

    $processServerFaults = @(
        @{ What = 'silent'; Rule = { $_.answers = $false }; Id = 'ProcessServerAnswers'; Reason = 'ProcessServerSilent' }
        @{ What = 'without its control port'; Rule = { $_.closedPorts = @(443) }; Id = 'ProcessServerPorts'; Reason = 'ProcessServerPortClosed' }
        @{ What = 'without its data port'; Rule = { $_.closedPorts = @(9443) }; Id = 'ProcessServerPorts'; Reason = 'ProcessServerPortClosed' }
        @{ What = 'on another data port'; Rule = { $_.port = 9500 }; Id = 'ProcessServerDataPort'; Reason = 'ProcessServerPort' }
        @{ What = 'without a recent report'; Rule = { $_.lastHeartbeatUtc = '2001-01-01T00:00:00Z' }; Id = 'ProcessServerHeartbeat'; Reason = 'ProcessServerHeartbeat' }
        @{ What = 'cut off'; Rule = { $_.reachesConfigurationServer = $false }; Id = 'ProcessServerPath'; Reason = 'ProcessServerCut' }
    )

    $healthChanges = @(
        @{ What = 'snapshots were made'; File = 'machines/az02.json'; Change = { $_.snapshots = 1 }; Id = 'SnapshotsAppeared' }
        @{ What = 'the master target got snapshots'; File = 'site.json'; Change = { $_.masterTargets[0].hasSnapshots = $true }; Id = 'MasterTargetSnapshots' }
        @{ What = 'the master target was moved'; File = 'site.json'; Change = { $_.masterTargets[0].datastore = 'datastore2' }; Id = 'MasterTargetMoved' }
        @{ What = 'the datastore is not accessible'; File = 'site.json'; Change = { $_.datastores[0].accessible = $false }; Id = 'DatastoreNotAccessible' }
    )
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    Write-Image disk.img 2
    Initialize-Vault

    # Looks while a file is changed; afterwards it is as it was.
    function Use-Change([string] $File, [scriptblock] $Change, [scriptblock] $Look) {
        $before = [IO.File]::ReadAllBytes((Join-Path $PWD $File))
        try {
            Edit-Json $File $Change
            & $Look
        }
        finally {
            [IO.File]::WriteAllBytes((Join-Path $PWD $File), $before)
        }
    }

    function Move-ToAzure([string[]] $Item) {
        $null = Start-AsrFailover $Item -Force -Wait -WarningAction SilentlyContinue
        $null = Confirm-AsrCommit $Item -Force -Wait
    }

    function Get-Id([System.Management.Automation.ErrorRecord] $Record) { ($Record.FullyQualifiedErrorId -split ',')[0] }

    function Get-Text($Object) { ($Object | Out-String -Width 4096) -replace '\r?\n\s*', ' ' }

    Edit-Json ./vault-onprem/site.json { $_.masterTargets[0].datastore = 'datastore1' }
    'web01', 'pend01', 'az01', 'az02' | ForEach-Object { $null = New-AsrMachine $_ onprem ./disk.img -Wait }
    Edit-Json ./vault-onprem/machines/az02.json { $_.memoryBytes = 4GB; $_.nics[0].address = '192.168.10.21'; $_.nics[0].addressIsStatic = $true }
    $null = Update-AsrFabric
    $null = 'web01', 'pend01', 'az01', 'az02' | Enable-AsrProtection -Wait
    $null = New-AsrRecoveryPoint web01 older -Wait
    $null = New-AsrRecoveryPoint web01 newer -Wait
    $null = Start-AsrFailover pend01 -Force -Wait
    Move-ToAzure az01, az02
    $null = Start-AsrReprotect az02 -Wait
}

AfterAll {
    Exit-TestFolder $folder
}

Describe 'Test-AsrReadiness' {
    It 'judges <Operation> of <Item>, and changes nothing' -ForEach $judged {
        $jobs = @(Get-AsrJob).Count
        $report = Test-AsrReadiness $Item $Operation
        $report.Item, $report.Operation | Should -Be $Item, $Operation
        "$($report.From) $($report.To)" | Should -Be $Direction
        @($report.Failed.Id) | Should -Be $Failed
        $report.Ready | Should -Be ($Failed.Count -eq 0)
        @(Get-AsrJob).Count | Should -Be $jobs
    }

    It 'names the supported types where one is not supported' -Tag 'FO-04' {
        $homeward, $away = (Test-AsrReadiness az02 PlannedFailover).Failed[0], (Test-AsrReadiness web01 PlannedFailover).Failed[0]
        $homeward.Code, $away.Code | Should -Be 'InvalidFailoverDirection', 'InvalidFailoverDirection'
        $homeward.RecommendedAction | Should -Match ': Unplanned\.'
        $away.RecommendedAction | Should -Match ': Test, Unplanned\.'
    }

    It 'has exactly the five checks that five faults at one site break' {
        Use-Change ./vault-onprem/site.json {
            $_.configurationServer.connected = $false
            $server = $_.masterTargets[0]
            $server.diskEnableUuid = 'FALSE'
            $server.toolsInstalled = $false
            $server.hasSnapshots = $true
            $server.retentionVolumes[0].locked = $true
        } -Look {
            $report = Test-AsrReadiness az01 Reprotect
            $report.Ready | Should -BeFalse
            $report.Failed.Id | Should -Be 'ConfigurationServerConnected', 'DiskEnableUuid', 'VMwareTools', 'NoSnapshots', 'RetentionVolume'
            $report.Failed.Requirement | Should -Be 'TO-02', 'MT-02', 'MT-04', 'MT-06', 'MT-09'
            $report.Failed | ForEach-Object { $_.Why, $_.Code, $_.Finding.Message, $_.RecommendedAction | Should -Not -BeNullOrEmpty -Because $_.Id }
            $null = Start-AsrReprotect az01 -ErrorVariable refusal -ErrorAction SilentlyContinue
            $refusal[0].Exception.Error.Reasons.Id | Should -Be $report.Failed.Finding.Id -Because 'a report and a refusal agree'
        }

        (Test-AsrReadiness az01 Reprotect).Ready | Should -BeTrue -Because 'the site is read anew each time'
    }

    It 'has lists that are indexed and counted' {
        Use-Change ./vault-onprem/site.json { $_.masterTargets[0].diskEnableUuid = 'FALSE'; $_.masterTargets[0].toolsInstalled = $false } -Look {
            $report = Test-AsrReadiness az01 Reprotect
            $report.Failed[0].Id | Should -Be 'DiskEnableUuid'
            $report.Failed[0].Seen | Should -Be 'FALSE'
            $report.Failed[-1].Id | Should -Be 'VMwareTools'
            $report.Failed.Count | Should -Be 2
            $report.Warnings.Count | Should -Be 0
            $report.Checks[0].Id | Should -Be 'VaultNewest'
            $report.Checks.Count | Should -BeGreaterThan 40
            ($report.Checks.Id | Group-Object | Where-Object Count -GT 1) | Should -BeNullOrEmpty
        }
    }

    It 'says with -Quiet one word for all items' {
        $both = @(Test-AsrReadiness az02, web01 UnplannedFailover -Quiet)
        $both.Count | Should -Be 1
        $both[0] | Should -BeOfType bool
        $both[0] | Should -BeTrue
        $one = @('web01', 'az01', 'az02' | Test-AsrReadiness -Operation UnplannedFailover -Quiet)
        $one.Count | Should -Be 1
        $one[0] | Should -BeFalse
    }

    It 'has an error for an unknown item, and is not ready for it' {
        $said = @('web01', 'nobody' | Test-AsrReadiness -Operation UnplannedFailover -Quiet -ErrorVariable missing -ErrorAction SilentlyContinue)
        $said | Should -Be @($false)
        $missing.FullyQualifiedErrorId | Should -Be 'ItemNotFound,AsrFailback.Commands.TestAsrReadinessCommand'
        $missing.TargetObject | Should -Be 'nobody'
        (Test-AsrReadiness nobody, web01 UnplannedFailover -ErrorAction SilentlyContinue).Item | Should -Be 'web01'
    }

    It 'takes items, jobs and recovery points from the pipeline' {
        (Get-AsrProtectedItem az0* | Test-AsrReadiness -Operation Reprotect).ForEach{ $_.Item } | Should -Be 'az01', 'az02'
        ((Get-AsrJob -Item az01)[0] | Test-AsrReadiness -Operation Reprotect).Item | Should -Be 'az01'
        $report = Get-AsrRecoveryPoint web01 older | Test-AsrReadiness -Operation UnplannedFailover
        $report.Item | Should -Be 'web01'
        $report.Warnings.Id | Should -Contain 'PointAge'
        ($report.Checks | Where-Object Id -EQ Point).Seen | Should -Be (Get-AsrRecoveryPoint web01 older).Id
    }

    It 'takes a point by <_>' -ForEach 'LatestProcessed', 'LatestCrashConsistent', 'newer', 'id' {
        $newest = (Get-AsrRecoveryPoint web01)[-1].Id
        $report = Test-AsrReadiness web01 UnplannedFailover -RecoveryPoint ($_ -eq 'id' ? $newest : $_)
        $report.Ready | Should -BeTrue
        ($report.Checks | Where-Object Id -EQ Point).Seen | Should -Be $newest
        ($report.Checks | Where-Object Id -EQ PointAge).State | Should -Be 'Passed'
    }

    It 'takes no other point for one that is not there' -Tag 'FO-10' {
        Test-AsrReadiness web01 TestFailover -RecoveryPoint LatestAppConsistent -ErrorVariable none -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $none.FullyQualifiedErrorId | Should -Be 'NoAppConsistentPoint,AsrFailback.Commands.TestAsrReadinessCommand'
        Test-AsrReadiness web01 TestFailover -RecoveryPoint nolabel -ErrorVariable none -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $none.FullyQualifiedErrorId | Should -Be 'PointNotFound,AsrFailback.Commands.TestAsrReadinessCommand'
        (Test-AsrReadiness web01 TestFailover -RecoveryPoint ([guid]::NewGuid())).Failed.Id | Should -Be 'Point'
    }

    It 'refuses -<Parameter> where the operation does not use it' -ForEach $parameters {
        $used = foreach ($operation in 'Reprotect', 'TestFailover', 'PlannedFailover', 'UnplannedFailover', 'Failback', 'Commit') {
            $given = @{ $Parameter = $Value }
            try {
                $null = Test-AsrReadiness web01 $operation -Quiet @given
                $operation
            }
            catch {
                $_.FullyQualifiedErrorId | Should -Be 'ParameterNotUsed,AsrFailback.Commands.TestAsrReadinessCommand'
                $_.Exception.Message | Should -Match "\b$operation\b.*\b$Parameter\b"
            }
        }

        $used | Should -Be $Operations
    }

    It 'shows findings and what to do, in a list and in a table' {
        Use-Change ./vault-onprem/site.json { $_.masterTargets[0].hasSnapshots = $true } -Look {
            $report = Test-AsrReadiness az01 Reprotect
            Get-Text $report | Should -Match 'Direction : azure \u2192 onprem.*Ready +: False.*Failed +: NoSnapshots \(MasterTargetSnapshots\): Master target mt01 has snapshots\. Delete the snapshots of the master target\..*Passed +: VaultNewest'
            Get-Text $report.Failed | Should -Match 'What to do.*NoSnapshots +MT-06 +Failed.*has snapshots\..*Delete the snapshots of the master target\.'
            Get-Text (Test-AsrMasterTarget mt01) | Should -Match 'Free slots +: 57.*Failed +: NoSnapshots .*Delete the snapshots'
        }

        Get-Text (Test-AsrReadiness az02 Failback) | Should -Match 'Warnings +: LinuxNetworkManager .*LinuxStaticAddress \(LinuxOnDhcp\).*Set the static address by hand'
    }

    It 'speaks Korean where Korean is spoken' {
        Use-Change ./vault-onprem/site.json { $_.masterTargets[0].hasSnapshots = $true; $_.configurationServer.connected = $false } -Look {
            Disconnect-Here
            $korean = (Invoke-Child @'
                [cultureinfo]::CurrentUICulture = [cultureinfo]::CurrentCulture = 'ko-KR'
                Import-Module $Module
                $null = Connect-AsrVault ./vault
                (Test-AsrReadiness az01 Reprotect).Failed | Select-Object Id, Why, RecommendedAction, @{ Name = 'Message'; Expression = { $_.Finding.Message } }
'@).Result
            $null = Connect-AsrVault ./vault
            $korean.Id | Should -Be 'ConfigurationServerConnected', 'NoSnapshots'
            $korean | ForEach-Object { $_.Why, $_.Message, $_.RecommendedAction | Should -Match '\p{IsHangulSyllables}' }
        }
    }
}

Describe 'Test-AsrMasterTarget' {
    It 'reports each server of the fabrics, the servers and the names that come down the pipeline' {
        (Get-AsrFabric | Test-AsrMasterTarget).Name | Should -Be 'mt01'
        (Get-AsrMasterTarget | Test-AsrMasterTarget).Name | Should -Be 'mt01'
        ('mt01' | Test-AsrMasterTarget).Fabric | Should -Be 'onprem'
        (Get-AsrProtectedItem az01 | Test-AsrMasterTarget).Checks.Id | Should -Contain 'MasterTargetFamily'
        (Test-AsrMasterTarget).Checks.Id | Should -Not -Contain 'MasterTargetFamily' -Because 'no machine is meant'
    }

    It 'looks at every object of the pipeline by itself' {
        Use-Change ./vault-onprem/site.json { $_.masterTargets += @{ name = 'mt02'; operatingSystem = 'Linux'; host = 'esxi02'; toolsInstalled = $true; hasSnapshots = $false; attachedDisks = 1 } } -Look {
            $reports = (Get-AsrMasterTarget mt02), (Get-AsrFabric onprem), (Get-AsrProtectedItem az01), (Get-AsrFabric onprem) | Test-AsrMasterTarget
            $reports.Name | Should -Be 'mt02', 'mt01', 'mt02', 'mt01', 'mt02', 'mt01', 'mt02'
            $reports.ForEach{ $_.Checks.Id -contains 'MasterTargetFamily' } | Should -Be $false, $false, $false, $true, $true, $false, $false
        }
    }

    It 'counts free slots without those of machines that replicate through the server' -Tag 'MT-08' {
        (Test-AsrMasterTarget mt01).FreeSlots | Should -Be 57 -Because '2 disks are its own, and 1 is of az02'
        (Test-AsrMasterTarget mt01 -Item az02).FreeSlots | Should -Be 58
        Use-Change ./vault-onprem/site.json { $_.masterTargets[0].attachedDisks = 59 } -Look {
            $full = Test-AsrMasterTarget mt01 -Item az01
            $full.FreeSlots | Should -Be 0
            ($full.Checks | Where-Object State -EQ Failed).Finding.Id | Should -Be 'MasterTargetFull'
        }
    }

    It 'lists a retention volume that is <What>, with the reason' -Tag 'MT-09' -ForEach $volumeRules {
        Use-Change ./vault-onprem/site.json {
            $volume = @{ name = '/mnt/other'; folder = 'other' }
            $_.masterTargets[0].retentionVolumes += $volume
            $volume | ForEach-Object $rule
        } -Look {
            $report = Test-AsrMasterTarget mt01
            $report.RetentionVolumes.Name | Should -Be '/mnt/retention', '/mnt/other'
            $report.RetentionVolumes.Usable | Should -Be $true, $false
            $report.RetentionVolumes[1].Reason.Id | Should -Be $Id
            $report.RetentionVolumes[1].Reason.RecommendedAction | Should -Not -BeNullOrEmpty
            $report.Ready | Should -BeTrue -Because 'another volume can be used'
            $report.EmptyBecause | Should -BeNullOrEmpty
            Get-Text $report | Should -Match ([regex]::Escape("(/mnt/other) $($report.RetentionVolumes[1].Reason.Message)"))
        }
    }

    It 'lists a datastore that is <What>, with the reason' -Tag 'MT-05' -ForEach $storeRules {
        Use-Change ./vault-onprem/site.json { $_.datastores[1] | ForEach-Object $rule } -Look {
            $report = Test-AsrMasterTarget mt01
            $report.Datastores.Name | Should -Be 'datastore1', 'datastore2'
            $report.Datastores.Usable | Should -Be $true, $false
            $report.Datastores[1].Reason.Id | Should -Be $Id
            $report.Datastores[1].Reason.RecommendedAction | Should -Not -BeNullOrEmpty
        }
    }

    It 'names the cause when there is nothing to choose: <Cause>' -Tag 'RP-17' -ForEach $emptyLists {
        Use-Change ./vault-onprem/site.json $Change -Look {
            $report = Test-AsrMasterTarget mt01
            @($report.EmptyBecause.Id) | Should -Be @($Id)
            $report.EmptyBecause.RecommendedAction | Should -Not -BeNullOrEmpty
            Get-Text $report | Should -Match "Nothing because +: $([regex]::Escape($report.EmptyBecause[0].Message))"
        }
    }

    It 'says with -Quiet one word, and has an error only for a plain name that is nowhere' {
        Test-AsrMasterTarget -Quiet | Should -Be @($true)
        Use-Change ./vault-onprem/site.json { $_.masterTargets[0].hasSnapshots = $true } -Look { Test-AsrMasterTarget -Quiet | Should -Be @($false) }
        Test-AsrMasterTarget nobody -Quiet -ErrorVariable missing -ErrorAction SilentlyContinue | Should -Be @($false)
        $missing.FullyQualifiedErrorId | Should -Be 'InventoryNotFound,AsrFailback.Commands.TestAsrMasterTargetCommand'
        Test-AsrMasterTarget no* -ErrorAction Stop | Should -BeNullOrEmpty
        Test-AsrMasterTarget -Item nobody -Quiet -ErrorVariable missing -ErrorAction SilentlyContinue | Should -Be @($false)
        $missing.FullyQualifiedErrorId | Should -Be 'ItemNotFound,AsrFailback.Commands.TestAsrMasterTargetCommand'
    }

    It 'looks with -Item at the sites of the item only' {
        $null = New-AsrFabric branch VMware ./branch -Wait
        $reports = Test-AsrMasterTarget -Item az01
        $null = Remove-AsrFabric branch -Force -Wait
        $reports.Fabric | Should -Be 'onprem'
    }

    It 'knows system and disks of a machine that is gone at home' -Tag 'MT-01' {
        $null = New-AsrMachine win01 onprem ./disk.img, ./disk.img -OperatingSystem Windows -Wait
        $null = Enable-AsrProtection win01 -Wait
        Move-ToAzure win01
        Remove-Item ./vault-onprem/machines/win01.json
        Use-Change ./vault-onprem/site.json { $_.masterTargets += @{ name = 'mtw'; operatingSystem = 'Windows'; host = 'esxi01'; diskEnableUuid = 'True'; toolsInstalled = $true; hasSnapshots = $false; attachedDisks = 59; retentionVolumes = @(@{ name = 'R:'; folder = 'retention-win' }) } } -Look {
            $expected = (Test-AsrReadiness win01 Reprotect -MasterTarget mtw).Failed.Finding.Message
            $expected | Should -Match '59 of 60 .* 2 more'
            ((Test-AsrMasterTarget mtw -Item win01).Checks | Where-Object State -EQ Failed).Finding.Message | Should -Be $expected
        }
    }
}

Describe 'Test-AsrProcessServer' {
    It 'reports each server of the fabrics and the servers that come down the pipeline' {
        (Get-AsrFabric | Test-AsrProcessServer).Name | Should -Be 'ps-azure', 'ps-onprem'
        (Get-AsrProcessServer ps-onprem | Test-AsrProcessServer).Fabric | Should -Be 'onprem'
        (Test-AsrProcessServer).Ready | Should -Be $true, $true
        Test-AsrProcessServer -Quiet | Should -Be @($true)
    }

    It 'finds one that is <What>' -Tag 'TO-04' -ForEach $processServerFaults {
        Use-Change ./vault-onprem/site.json { $_.processServers[0] | ForEach-Object $rule } -Look {
            $report = Test-AsrProcessServer ps-onprem
            ($report.Checks | Where-Object State -EQ Failed).Id | Should -Be $Id
            ($report.Checks | Where-Object State -EQ Failed).Finding.Id | Should -Be $Reason
            $report.Ready | Should -BeFalse
            Test-AsrProcessServer -Quiet | Should -Be @($false)
            Test-AsrProcessServer -Fabric azure -Quiet | Should -Be @($true)
            Get-Text $report | Should -Match ([regex]::Escape("$Id ($($report.Checks.Where{ $_.State -eq 'Failed' }.Code)): "))
        }
    }
}

Describe 'Test-AsrConfigurationServer' {
    It 'reports each server of the fabrics and the servers that come down the pipeline' {
        (Get-AsrFabric | Test-AsrConfigurationServer).Name | Should -Be 'cs01'
        (Get-AsrConfigurationServer | Test-AsrConfigurationServer).Fabric | Should -Be 'onprem'
        Test-AsrConfigurationServer -Quiet | Should -Be @($true)
    }

    It 'finds one that is down, and whose account may only read' -Tag 'TO-02', 'RP-11' {
        Use-Change ./vault-onprem/site.json { $_.configurationServer.connected = $false; $_.configurationServer.accountRights = 'ReadOnly' } -Look {
            $failed = (Test-AsrConfigurationServer cs01).Checks | Where-Object State -EQ Failed
            $failed.Finding.Id | Should -Be 'ConfigurationServerDown', 'AccountReadOnly'
            (Test-AsrReadiness az01 Reprotect).Failed.Id | Should -Be 'ConfigurationServerConnected', 'AccountRights'
            (Test-AsrReadiness web01 UnplannedFailover).Ready | Should -BeTrue -Because 'a failover to Azure does without it'
        }
    }

    It 'is not ready where there is none' {
        Test-AsrConfigurationServer -Fabric azure -Quiet | Should -Be @($false)
    }
}

Describe 'A refusal before the job' {
    It 'is given to a planned failover, with the supported types' -Tag 'FO-04' {
        $null = Start-AsrFailover az02 -Type Planned -Force -ErrorVariable refusal -ErrorAction SilentlyContinue
        Get-Id $refusal[0] | Should -Be 'UnsupportedDirection'
        $refusal[0].Exception.Error.Code | Should -Be 'InvalidFailoverDirection'
        $refusal[0].ErrorDetails.RecommendedAction | Should -Match ': Unplanned\.'
    }

    It 'is given to a failover that would lead the other way: <Item> -Direction <Direction>' -ForEach @(
        @{ Item = 'web01'; Direction = 'ToHome' }
        @{ Item = 'az02'; Direction = 'FromHome' }
    ) {
        $jobs = @(Get-AsrJob).Count
        Start-AsrFailover $Item -Direction $Direction -Force -ErrorVariable refusal -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $refusal.FullyQualifiedErrorId | Should -Be 'DirectionMismatch,AsrFailback.Commands.StartAsrFailoverCommand'
        @(Get-AsrJob).Count | Should -Be $jobs
    }

    It 'is given where there is no app-consistent point: <_>' -Tag 'FO-10' -ForEach 'Start-AsrFailover', 'Start-AsrTestFailover' {
        $jobs = @(Get-AsrJob).Count
        & $_ web01 LatestAppConsistent -Force -ErrorVariable refusal -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Get-Id $refusal[0] | Should -Be 'NoAppConsistentPoint'
        @(Get-AsrJob).Count | Should -Be $jobs
    }

}

Describe '-SkipCheck' {
    It 'is completed with the checks of the command that may be skipped: <Command>' -ForEach @(
        @{ Command = 'Start-AsrFailover az02 -SkipCheck '; Checks = 'AddressInSubnet', 'DisksInPlace', 'HostMemory', 'ReplicaTrusted' }
        @{ Command = 'Start-AsrReprotect az01 -SkipCheck '; Checks = @('MasterTargetSetup') }
        @{ Command = 'Test-AsrReadiness az01 Reprotect -SkipCheck '; Checks = 'AddressInSubnet', 'DisksInPlace', 'HostMemory', 'MasterTargetSetup', 'ReplicaTrusted' }
    ) {
        (TabExpansion2 $Command $Command.Length).CompletionMatches.CompletionText | Sort-Object | Should -Be $Checks
    }

    It 'is refused for what cannot be skipped, by the cmdlet and by the report' {
        foreach ($check in 'NoSnapshots', 'HostMemory', 'Nonsense') {
            $null = Start-AsrReprotect az01 -SkipCheck $check -ErrorVariable refusal -ErrorAction SilentlyContinue
            Get-Id $refusal[0] | Should -Be 'CheckNotSkippable' -Because $check
            (Test-AsrReadiness az01 Reprotect -SkipCheck $check).Failed.Finding.Id | Should -Be 'CheckNotSkippable' -Because $check
        }
    }

    It 'lets a failure pass in the report, and shows it' {
        Use-Change ./vault-onprem/site.json { $_.hosts[0].freeMemoryBytes = 1GB } -Look {
            (Test-AsrReadiness az02 Failback).Failed.Code | Should -Be '8038'
            $report = Test-AsrReadiness az02 Failback -SkipCheck hostmemory
            $report.Ready | Should -BeTrue
            ($report.Checks | Where-Object State -EQ Skipped).Id | Should -Be 'HostMemory'
            Get-Text $report | Should -Match 'Warnings +:.*HostMemory \(8038\)'
        }
    }

    It 'lets a reprotect begin, which keeps what was skipped' {
        $null = New-AsrMachine skip01 onprem ./disk.img -Wait
        $null = Enable-AsrProtection skip01 -Wait
        Move-ToAzure skip01
        Use-Change ./vault-onprem/site.json { $_.masterTargets[0].setup = @{ rebooted = $false } } -Look {
            $null = Start-AsrReprotect skip01 -ErrorVariable refusal -ErrorAction SilentlyContinue
            Get-Id $refusal[0] | Should -Be 'MasterTargetSetup'
            $script:ended = Start-AsrReprotect skip01 -SkipCheck MasterTargetSetup -Wait -WarningVariable script:warnings -WarningAction SilentlyContinue
        }

        $ended.State | Should -Be 'Succeeded'
        (Get-AsrJob $ended.Name).Warnings.Id | Should -Be 'CheckSkipped'
        (Get-AsrJob $ended.Name).Warnings.Message | Should -Match 'MasterTargetSetup.*rebooted'
        @($warnings.Message | Where-Object { $_ -match 'MasterTargetSetup' }).Count | Should -Be 1
    }

    It 'tells once what is skipped' {
        @($warnings.Message | Where-Object { $_ -match 'rebooted' }).Count | Should -Be 1
    }
}

Describe 'Warnings' {
    It 'are told before the question, and nothing happens after no' {
        $said = Invoke-There 'Start-AsrFailover az02 -Direction ToHome -Wait' -Switches @() -Answers "N`n"
        $said.Out | Should -Match 'WARNING: az02 comes home without NetworkManager\.[\s\S]*WARNING: az02 had the static address 192\.168\.10\.21[\s\S]*Are you sure'
        (Get-AsrProtectedItem az02).ActiveFabric | Should -Be 'azure'
    }

    It 'are told by -WhatIf' {
        $null = Start-AsrFailover az02 -WhatIf -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings.Message | Should -Be (Test-AsrReadiness az02 UnplannedFailover).Warnings.Finding.Message
    }

    It 'come once, and are in the result of the job' -Tag 'RP-16' {
        $expected = (Test-AsrReadiness az02 Failback).Warnings.Finding
        $expected.Id | Should -Be 'LinuxWithoutNetworkManager', 'LinuxOnDhcp'
        $said = Invoke-There 'Start-AsrFailover az02 -Direction ToHome -Wait' -Switches @() -Answers "Y`n"
        foreach ($warning in $expected) {
            [regex]::Matches($said.Out, [regex]::Escape("WARNING: $($warning.Message)")).Count | Should -Be 1
        }

        $job = @(Get-AsrJob -Item az02)[0]
        $job.State | Should -Be 'Succeeded'
        $job.Warnings.Id | Should -Be $expected.Id
        (Get-AsrProtectedItem az02).ActiveFabric | Should -Be 'onprem'
    }
}

Describe 'The health of an item that replicates home' {
    BeforeAll {
        $null = Confirm-AsrCommit az02 -Force -Wait
        $null = Start-AsrReprotect az02 -Wait
        Move-ToAzure az02
        $null = Start-AsrReprotect az02 -Wait
    }

    It 'shows after Update-AsrFabric that <What>, and no more when it is mended' -ForEach $healthChanges {
        (Get-AsrProtectedItem az02).HealthErrors | Should -BeNullOrEmpty
        Use-Change "./vault-onprem/$File" $Change -Look {
            $null = Update-AsrFabric onprem
            $health = (Get-AsrProtectedItem az02).HealthErrors
            $health.Id | Should -Be $Id
            $health.RecommendedAction | Should -Not -BeNullOrEmpty
            Get-Text (Get-AsrProtectedItem az02) | Should -Match $Id
        }

        $null = Update-AsrFabric onprem
        (Get-AsrProtectedItem az02).HealthErrors | Should -BeNullOrEmpty
    }

    It 'shows that its master target is gone' {
        Use-Change ./vault-onprem/site.json { $_.masterTargets = @() } -Look {
            $null = Update-AsrFabric onprem -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
            (Get-AsrProtectedItem az02).HealthErrors.Id | Should -Contain 'NoMasterTarget'
        }

        $null = Update-AsrFabric onprem
    }

    It 'shows that its disks were moved, which stops the failback' -Tag 'FB-08' {
        $null = Copy-Item ./vault-onprem/datastores/datastore1/az02 ./vault-onprem/datastores/datastore2/az02 -Recurse
        Use-Change ./vault-onprem/machines/az02.json { $_.disks[0].file = $_.disks[0].file.Replace('datastore1', 'datastore2') } -Look {
            $null = Update-AsrFabric onprem
            $moved = (Get-AsrProtectedItem az02).HealthErrors | Where-Object Id -EQ DisksMoved
            $moved.Message | Should -Match 'disk0: datastore1 \u2192 datastore2'
            (Test-AsrReadiness az02 Failback).Failed.Id | Should -Contain 'DisksInPlace'
        }

        $null = Update-AsrFabric onprem
        (Get-AsrProtectedItem az02).HealthErrors | Should -BeNullOrEmpty
    }
}

Describe 'A reprotect of a machine that is gone at home' {
    BeforeAll {
        Edit-Json ./vault-onprem/site.json {
            $_.masterTargets[0].retentionVolumes += @{ name = '/mnt/retention2'; folder = 'retention2' }, @{ name = '/mnt/old'; folder = 'old'; fileSystem = 'FAT32' }
            $_.datastores += @{ name = 'nfs1'; type = 'NFS'; folder = 'datastores/nfs1'; hosts = @('esxi01') }
            $_.datastores += @{ name = 'ro1'; type = 'VMFS'; folder = 'datastores/ro1'; hosts = @(); readOnlyHosts = @('esxi01') }
        }
        $ignored = (Test-AsrReadiness az01 Reprotect -Datastore datastore2).Warnings.Finding.Id
        Remove-Item ./vault-onprem/machines/az01.json, ./vault-onprem/datastores/datastore1/az01 -Recurse
    }

    It 'does not take the datastore <Datastore>, nor the volume <Volume>' -ForEach @(
        @{ Datastore = 'nfs1'; Volume = $null; Id = 'DatastoreNfs' }
        @{ Datastore = 'ro1'; Volume = $null; Id = 'DatastoreNotAccessible' }
        @{ Datastore = 'nowhere'; Volume = $null; Id = 'DatastoreNotFound' }
        @{ Datastore = $null; Volume = '/mnt/old'; Id = 'RetentionVolumeFat' }
        @{ Datastore = $null; Volume = '/mnt/nowhere'; Id = 'RetentionVolumeMissing' }
    ) {
        $given = @{ Datastore = $Datastore; RetentionVolume = $Volume }
        $Datastore ? $given.Remove('RetentionVolume') : $given.Remove('Datastore')
        (Test-AsrReadiness az01 Reprotect @given).Failed.Finding.Id | Should -Be $Id
        $null = Start-AsrReprotect az01 @given -ErrorVariable refusal -ErrorAction SilentlyContinue
        Get-Id $refusal[0] | Should -Be $Id
    }

    It 'makes it anew where it was told to, and keeps its points there' -Tag 'RP-01', 'RP-03' {
        $store = (Test-AsrMasterTarget mt01 -Item az01).Datastores | Where-Object Name -EQ datastore2
        $store.Usable | Should -BeTrue
        $job = Start-AsrReprotect az01 -MasterTarget mt01 -Datastore $store -RetentionVolume /mnt/retention2 -Wait
        $job.State | Should -Be 'Succeeded'
        @($job.Tasks)[-1].Bytes | Should -Be 2MB
        Get-ChildItem ./vault-onprem/datastores -Recurse -Filter az01 | ForEach-Object FullName | Should -Match 'datastore2'
        Get-ChildItem ./vault-onprem/retention2 -Recurse -File | Where-Object FullName -Match 'az01' | Should -Not -BeNullOrEmpty
        $machine = Get-AsrMachine az01 -Fabric onprem
        $machine.Power, $machine.Host | Should -Be 'Off', 'esxi01'
    }

    It 'tells that a machine which is there keeps its own datastore' {
        $ignored | Should -Be 'DatastoreIgnored'
    }

    It 'brings every byte home' {
        $null = Start-AsrFailover az01 -Direction ToHome -Force -Wait -WarningAction SilentlyContinue
        (Get-FileHash ./vault-onprem/datastores/datastore2/az01/disk0-flat.vmdk).Hash | Should -Be (Get-FileHash ./disk.img).Hash
    }
}

Describe 'Complete-AsrMigration' {
    It 'is refused before the commit, and of a machine at home' {
        $null = Complete-AsrMigration pend01, web01 -Force -ErrorVariable refusal -ErrorAction SilentlyContinue
        $refusal.FullyQualifiedErrorId | Should -Be (@('WrongPhase,AsrFailback.Commands.CompleteAsrMigrationCommand') * 2)
    }

    It 'asks before it gives up the way home' {
        $null = Confirm-AsrCommit pend01 -Force -Wait
        $said = Invoke-There 'Complete-AsrMigration pend01'
        $said.Error + $said.Out | Should -Match 'ConfirmationNeeded'
        (Test-AsrReadiness pend01 Reprotect).Ready | Should -BeTrue
    }

    It 'leaves the machine where it is, and nothing but Disable-AsrProtection' -Tag 'RP-08' {
        $job = Complete-AsrMigration pend01 -Force -Wait
        $job.State, $job.ScenarioName | Should -Be 'Succeeded', 'CompleteMigration'
        (Get-AsrMachine pend01 -Fabric azure).Power | Should -Be 'On'
        (Get-AsrMachine pend01 -Fabric onprem).Power | Should -Be 'Off'
        ((Get-AsrProtectedItem pend01).Operations | Where-Object Allowed).Operation | Should -Be 'Disable', 'Update'
        $null = Start-AsrReprotect pend01 -ErrorVariable refusal -ErrorAction SilentlyContinue
        Get-Id $refusal[0] | Should -Be 'MigrationCompleted'
        (Test-AsrReadiness pend01 Reprotect).Failed.Id | Should -Be 'NotMigrated'
    }
}

Describe 'A configuration server' {
    BeforeAll {
        function ConvertTo-Secret([string] $Text) {
            $secret = [securestring]::new()
            $Text.ToCharArray() | ForEach-Object { $secret.AppendChar($_) }
            $secret
        }

        $passphrase = 'ridge-lantern-1742-quartz'
        $place = @{ Network = 'vnet-recovery'; IPAddress = '10.0.0.10'; ConfigurationServerAddress = '192.168.10.5'; AdministratorName = 'asradmin' }
        $said = [Collections.Generic.List[object]]::new()
    }

    It 'gets an address and keeps the rest' {
        Edit-Json ./vault-onprem/site.json { $_.configurationServer.dataPort = 9500 }
        (Register-AsrConfigurationServer cs01 onprem -Address 192.168.10.5 -Wait).State | Should -Be 'Succeeded'
        $null = Register-AsrConfigurationServer cs01 onprem -Wait
        $server = Get-AsrConfigurationServer
        $server.Address, $server.DataPort, $server.VCenter | Should -Be '192.168.10.5', 9500, 'vcenter01'
        Edit-Json ./vault-onprem/site.json { $_.configurationServer.dataPort = 9443 }
    }

    It 'stands at VMware sites only' {
        $null = Register-AsrConfigurationServer cs02 azure -ErrorVariable refusal -ErrorAction SilentlyContinue
        Get-Id $refusal[0] | Should -Be 'ConfigurationServerNotHere'
        $null = Backup-AsrConfigurationServer azure -ErrorVariable refusal -ErrorAction SilentlyContinue
        Get-Id $refusal[0] | Should -Be 'ConfigurationServerNotHere'
    }

    It 'wants a passphrase of some length, and then from every process server' -Tag 'TO-11' {
        $null = Register-AsrConfigurationServer cs01 onprem -Passphrase (ConvertTo-Secret 'fifteen-letters') -ErrorVariable refusal -ErrorAction SilentlyContinue
        Get-Id $refusal[0] | Should -Be 'PassphraseTooShort'
        $said.AddRange(@(Register-AsrConfigurationServer cs01 onprem -Passphrase (ConvertTo-Secret $passphrase) -Wait -Verbose -Debug *>&1))
        $null = New-AsrProcessServer ps-new azure @place -ErrorVariable refusal -ErrorAction SilentlyContinue
        Get-Id $refusal[0] | Should -Be 'PassphraseWrong'
        $said.AddRange(@(New-AsrProcessServer ps-new azure @place -Passphrase (ConvertTo-Secret "$passphrase-not") -Verbose -Debug *>&1))
        Get-Id $said[-1] | Should -Be 'PassphraseWrong'
        Get-AsrProcessServer ps-new* | Should -BeNullOrEmpty
    }

    It 'registers a process server that gives it' -Tag 'TO-11' {
        $said.AddRange(@(New-AsrProcessServer ps-new azure @place -Passphrase (ConvertTo-Secret $passphrase) -Wait -Verbose -Debug *>&1))
        $said[-1].State | Should -Be 'Succeeded'
        $server = Get-AsrProcessServer ps-new -Fabric azure
        $server.Address, $server.Network, $server.Port, $server.AdministratorName | Should -Be '10.0.0.10', 'vnet-recovery', 9443, 'asradmin'
        (Test-AsrProcessServer ps-new).Ready | Should -BeTrue
    }

    It 'keeps the passphrase nowhere' {
        $wanted = 'ridge-lantern', 'fifteen-letters'
        $bytes = $wanted | ForEach-Object { [Text.Encoding]::Latin1.GetString([Text.Encoding]::UTF8.GetBytes($_)); [Text.Encoding]::Latin1.GetString([Text.Encoding]::Unicode.GetBytes($_)) }
        $files = @(Get-ChildItem $folder -Recurse -File -Force | Where-Object Name -NE owner.lock) # empty, and nobody else may open it
        $files.Name | Should -Contain 'state.db'
        $files.Name | Should -Contain 'configuration-server.json'
        $holding = foreach ($file in $files | Where-Object Extension -NotIn .vmdk, .vhd, .img) {
            $stream = [IO.File]::Open($file.FullName, 'Open', 'Read', 'ReadWrite, Delete')
            $reader = [IO.StreamReader]::new($stream, [Text.Encoding]::Latin1)
            $text = $reader.ReadToEnd()
            $reader.Dispose()
            $bytes.Where{ $text.Contains($_) }.ForEach{ "$($file.FullName): $_" }
        }

        $holding | Should -BeNullOrEmpty
        $said.Count | Should -BeGreaterThan 3
        $told = ($said + $global:Error + @(Get-AsrJob) | ForEach-Object { $_ | Format-List * -Force | Out-String -Width 1000; "$_"; if ($_ -is [System.Management.Automation.ErrorRecord]) { $_.Exception | Format-List * -Force | Out-String } }) -join ''
        $told += Get-AsrJob | ConvertTo-Json -Depth 8
        $wanted | Where-Object { $told -match $_ } | Should -BeNullOrEmpty
    }

    It 'salts what it keeps of the passphrase' {
        function Get-Hash { (Get-Content ./vault-onprem/state/configuration-server.json -Raw | ConvertFrom-Json).passphraseHash }
        $first = Get-Hash
        $null = Register-AsrConfigurationServer cs01 onprem -Passphrase (ConvertTo-Secret $passphrase) -Wait
        Get-Hash | Should -Not -Be $first
    }

    It 'refuses a process server for every reason at once' -Tag 'TO-11' {
        $wrong = $place + @{}
        $wrong.Network = 'nowhere'
        $wrong.IPAddress = '10.0.0.300'
        $wrong.ConfigurationServerAddress = '192.168.10.9'
        $null = New-AsrProcessServer ps-new azure @wrong -ErrorVariable refusal -ErrorAction SilentlyContinue
        $refusal[0].Exception.Error.Reasons.Id | Should -Be 'ServerExists', 'InventoryNotFound', 'AddressInvalid', 'ConfigurationServerNotFound'
        $null = New-AsrProcessServer ps-third azure @place -Passphrase (ConvertTo-Secret $passphrase) -ErrorVariable refusal -ErrorAction SilentlyContinue
        $refusal[0].Exception.Error.Code | Should -Be '28092'
        $null = New-AsrProcessServer ps-third onprem @place -Passphrase (ConvertTo-Secret $passphrase) -ErrorVariable refusal -ErrorAction SilentlyContinue
        $refusal[0].Exception.Error.Reasons.Id | Should -Contain 'ProcessServerNotHere'
    }

    It 'takes no part of an address for one: <_>' -ForEach '10.0.0', '5' {
        $part = $place + @{}
        $part.IPAddress = $_
        New-AsrProcessServer ps-part azure @part -Passphrase (ConvertTo-Secret $passphrase) -WhatIf -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings.Message | Should -Match ([regex]::Escape($_))
    }

    It 'is backed up in the vault, and in a file that must not exist yet' -Tag 'TO-03' {
        (Backup-AsrConfigurationServer onprem -Wait).State | Should -Be 'Succeeded'
        @(Get-ChildItem ./vault/configuration-server/onprem -File).Count | Should -Be 1
        (Get-AsrConfigurationServer).LastBackupUtc | Should -Not -BeNullOrEmpty
        (Get-AsrConfigurationServer | Backup-AsrConfigurationServer -Path ./saved.json -Wait).State | Should -Be 'Succeeded'
        $null = Backup-AsrConfigurationServer onprem ./saved.json -ErrorVariable refusal -ErrorAction SilentlyContinue
        Get-Id $refusal[0] | Should -Be 'FileExists'
        1..8 | ForEach-Object { $null = Backup-AsrConfigurationServer onprem -Wait }
        @(Get-ChildItem ./vault/configuration-server/onprem -File).Count | Should -Be 7
    }

    It 'knows after a restore what it knew when it was saved, and no more' -Tag 'TO-02', 'TO-03' {
        $null = New-AsrMachine late01 onprem ./disk.img -Wait
        $null = Enable-AsrProtection late01 -Wait
        $null = Backup-AsrConfigurationServer onprem ./late.json -Wait
        Move-ToAzure late01
        $null = Register-AsrConfigurationServer other onprem -Passphrase (ConvertTo-Secret 'another passphrase') -Wait
        (Restore-AsrConfigurationServer onprem ./saved.json -Force -Wait).State | Should -Be 'Succeeded'
        (Get-AsrConfigurationServer).Name | Should -Be 'cs01'
        $failed = (Test-AsrReadiness late01 Reprotect).Failed
        $failed.Finding.Id | Should -Be 'MachineNotKnown'
        $next = $place + @{}
        $next.IPAddress = '10.0.0.11'
        (New-AsrProcessServer ps-next azure @next -Passphrase (ConvertTo-Secret $passphrase) -Wait).State | Should -Be 'Succeeded'
        $null = Restore-AsrConfigurationServer onprem ./late.json -Force -Wait
        (Test-AsrReadiness late01 Reprotect).Ready | Should -BeTrue
    }

    It 'is not restored at another address unless somebody insists, and tells what breaks' -Tag 'TO-03' {
        $null = Restore-AsrConfigurationServer onprem ./saved.json -Address 192.168.10.99 -Force -ErrorVariable refusal -ErrorAction SilentlyContinue
        Get-Id $refusal[0] | Should -Be 'AddressDiffers'
        $refusal[0].ErrorDetails.Message + $refusal[0].Exception.Error.PossibleCauses | Should -Match 'web01.*ps-new'
        (Get-AsrConfigurationServer).Address | Should -Be '192.168.10.5'
        $job = Restore-AsrConfigurationServer onprem ./saved.json -Address 192.168.10.99 -AllowOtherAddress -Force -Wait -WarningVariable warnings -WarningAction SilentlyContinue
        $job.State | Should -Be 'Succeeded'
        $job.Warnings.Id | Should -Be 'AddressOverridden', 'BackupLacksMachines'
        @($warnings).Count | Should -Be 2
        $warnings[0].Message | Should -Match '192\.168\.10\.99.*192\.168\.10\.5.*web01.*ps-new'
        (Get-AsrConfigurationServer).Address | Should -Be '192.168.10.99'
    }

    It 'is not restored from what is no whole backup, nor from nothing' {
        (Get-Content ./saved.json -Raw).Replace('web01', 'web02') | Set-Content ./changed.json
        $null = New-AsrFabric branch VMware ./branch -Wait
        foreach ($try in @(
                @{ Fabric = 'onprem'; Path = './changed.json'; Id = 'BackupInvalid' }
                @{ Fabric = 'onprem'; Path = './disk.img'; Id = 'BackupInvalid' }
                @{ Fabric = 'onprem'; Path = './nowhere.json'; Id = 'FileMissing' }
                @{ Fabric = 'branch'; Id = 'BackupMissing' }
                @{ Fabric = 'azure'; Id = 'ConfigurationServerNotHere' })) {
            $id = $try.Id
            $try.Remove('Id')
            $null = Restore-AsrConfigurationServer @try -Force -ErrorVariable refusal -ErrorAction SilentlyContinue
            Get-Id $refusal[0] | Should -Be $id
        }
    }

    It 'asks before it is restored' {
        $said = Invoke-There 'Restore-AsrConfigurationServer onprem'
        $said.Error + $said.Out | Should -Match 'ConfirmationNeeded'
        (Get-AsrConfigurationServer -Fabric onprem).Address | Should -Be '192.168.10.99'
    }
}
