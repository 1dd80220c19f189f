param([Parameter(Mandatory)] [string] $Module)

# Twenty machines of every kind of site, by recovery plans: all away at once, all home each on its own way, all protected again. The
# bytes of every machine are compared at both ends of every move.

BeforeDiscovery {
    # Machines, where they live, where they are protected, and how they come home.
    $kinds = @(
        @{ Name = 'vmw'; Count = 4; Site = 'vmware'; Kind = 'VMware'; To = 'azure'; Home = 'reprotect' }
        @{ Name = 'avs'; Count = 3; Site = 'avs'; Kind = 'AzureVMwareSolution'; To = 'azure'; Home = 'reprotect' }
        @{ Name = 'phy'; Count = 2; Site = 'servers'; Kind = 'Physical'; To = 'azure'; Home = 'reprotect'; New = 'vmware' }
        @{ Name = 'hvs'; Count = 4; Site = 'hyperv'; Kind = 'HyperV'; To = 'azure'; Home = 'planned' }
        @{ Name = 'vmc'; Count = 3; Site = 'vmm'; Kind = 'Vmm'; To = 'azure'; Home = 'planned' }
        @{ Name = 'vmm'; Count = 4; Site = 'vmm'; Kind = 'Vmm'; To = 'vmm2'; Home = 'reverse' }
    )
}

Describe 'Twenty machines of every kind of site' -ForEach @{ Kinds = $kinds } {
    BeforeAll {
        Import-Module $Module -Force
        . $PSScriptRoot/Common.ps1
        . $PSScriptRoot/Machine.ps1
        $folder = Enter-TestFolder
        $null = New-AsrVault ./vault
        $null = New-AsrFabric azure Azure ./azure -Wait
        $null = New-AsrFabric vmm2 Vmm ./vmm2 -Wait
        $kinds.ForEach{ @{ Site = $_.Site; Kind = $_.Kind } } | Sort-Object { $_.Site } -Unique | ForEach-Object { $null = New-AsrFabric $_.Site $_.Kind "./$($_.Site)" -Wait }
        $seed = 0
        $machines = foreach ($kind in $kinds) {
            foreach ($number in 1..$kind.Count) {
                $content = Initialize-Content 1MB, 512KB -Seed (++$seed)
                $name = "$($kind.Name)0$number"
                0..1 | ForEach-Object { [IO.File]::WriteAllBytes("$PWD/disk$_.img", $content.Disks[$_]) }
                $null = New-AsrMachine $name $kind.Site ./disk0.img, ./disk1.img -Wait
                [pscustomobject]@{ Name = $name; Kind = $kind; Site = $kind.Site; To = $kind.To; Content = $content }
            }
        }

        function Start-Plan([string] $Plan, [string] $Operation, [hashtable] $Given = @{}) {
            $job = Start-AsrRecoveryPlan $Plan $Operation @Given -Force -Wait -WarningAction SilentlyContinue
            "$($job.State)" | Should -Be 'Succeeded' -Because "$($job.Error)"
        }

        # Every machine writes, and everything of it arrives where it replicates to.
        function Write-Everywhere($Machines) {
            foreach ($machine in $Machines) {
                Write-Content $machine.Content 4 (Get-Engine).OpenMachine($machine.Name)
            }
        }

        function Assert-Everywhere($Machines, [scriptblock] $Site) {
            foreach ($machine in $Machines) {
                $there = $machine | ForEach-Object $Site
                Get-Difference (Get-Digest $machine.Content.Disks) (Get-ImageDigest $there $machine.Name) | Should -BeNullOrEmpty -Because "$there holds what $($machine.Name) wrote"
            }
        }

        function Select-Home([string] $Way) { $machines.Where{ $_.Kind.Home -eq $Way } }
    }

    AfterAll {
        Exit-TestFolder $folder
    }

    It 'are protected, each at the site it may go to' -Tag 'TO-01', 'FO-04' {
        $machines.Count | Should -Be 20
        foreach ($machine in $machines) {
            (Enable-AsrProtection $machine.Name -HomeFabric $machine.Site -RecoveryFabric $machine.To -PointInterval 12:00:00 -Wait).State | Should -Be 'Succeeded'
        }

        Assert-Everywhere $machines { $_.To }
        $null = New-AsrRecoveryPlan all -Group ($machines | Group-Object { $_.Kind.Name } | ForEach-Object { , @($_.Group.Name) }) -Wait
        foreach ($way in 'reprotect', 'planned', 'reverse') {
            $null = New-AsrRecoveryPlan $way -Group @(, @((Select-Home $way).Name)) -Wait
        }
    }

    It 'fail over at once, with all their sites gone but their last writes arrived' -Tag 'FO-03', 'RPL-02' {
        Write-Everywhere $machines
        Wait-Until { -not $machines.Where{ (Measure-AsrReplication $_.Name).QueuedBytes -gt 0 } }
        $machines.Site | Sort-Object -Unique | ForEach-Object { (Get-Engine).SetSiteCondition($_, $false, $false) }
        Start-Plan all UnplannedFailover
        Assert-Everywhere $machines { $_.To }
        Write-Everywhere $machines
        Start-Plan all Commit
        (Get-AsrProtectedItem).ProtectionState.Value | Sort-Object -Unique | Should -Be 'UnplannedFailoverCommitted'
        $machines.Site | Sort-Object -Unique | ForEach-Object { (Get-Engine).SetSiteCondition($_, $true, $true) }
    }

    It 'come home by a reprotect and an unplanned failover, to VMware and AVS' -Tag 'FB-02', 'RP-10' {
        $physical = @{}
        $machines.Where{ $_.Kind.New }.ForEach{ $physical[$_.Name] = @{ Fabric = $_.Kind.New } }
        Start-Plan reprotect Reprotect @{ Machine = $physical }
        Write-Everywhere (Select-Home reprotect)
        Start-Plan reprotect Failback
        $machines.Where{ $_.Kind.New }.ForEach{ $_.Site = $_.Kind.New }
        Assert-Everywhere (Select-Home reprotect) { $_.Site }
        Start-Plan reprotect Commit
    }

    It 'come home by a planned failover that brings the data, to Hyper-V and VMM' -Tag 'FB-05' {
        Start-Plan planned PlannedFailover @{ Machine = @{ hvs01 = @{ DataSync = 'DuringFailover' } } }
        Assert-Everywhere (Select-Home planned) { $_.Site }
        Start-Plan planned Commit
    }

    It 'come back from the secondary site once replication was reversed' -Tag 'FO-09' {
        Start-Plan reverse Reprotect
        Write-Everywhere (Select-Home reverse)
        Start-Plan reverse PlannedFailover
        Assert-Everywhere (Select-Home reverse) { $_.Site }
        Write-Everywhere (Select-Home reverse)
        Start-Plan reverse Commit
    }

    It 'are all at home and all protected again' -Tag 'FO-08', 'RP-14', 'RPL-03' {
        foreach ($way in 'reprotect', 'planned') {
            Write-Everywhere (Select-Home $way)
            Start-Plan $way Reprotect
        }

        $items = Get-AsrProtectedItem
        $items.ProtectionState.Value | Sort-Object -Unique | Should -Be 'Protected'
        $items.HealthErrors | Should -BeNullOrEmpty
        $items.ForEach{ "$($_.Name) $($_.ActiveFabric)" } | Sort-Object | Should -Be ($machines.ForEach{ "$($_.Name) $($_.Site)" } | Sort-Object)
        Wait-Until { -not $machines.Where{ (Measure-AsrReplication $_.Name).QueuedBytes -gt 0 } }
        Assert-Everywhere $machines { $_.Site }
        Assert-Everywhere $machines { $_.To }
    }

    It 'go where they are told when they run at both ends' -Tag 'FO-05' {
        $null = Start-AsrFailover vmm01 -Type Planned -Force -Wait
        $null = Confirm-AsrCommit vmm01 -Force -Wait
        $null = Start-AsrRecoveryPlan reverse PlannedFailover -Direction FromHome -Force -Wait -WarningVariable told -WarningAction SilentlyContinue
        "$told" | Should -Match 'vmm01'
        (Select-Home reverse).ForEach{ (Get-AsrProtectedItem $_.Name).ActiveFabric } | Sort-Object -Unique | Should -Be 'vmm2'
        Assert-Everywhere (Select-Home reverse) { $_.To }
    }
}
