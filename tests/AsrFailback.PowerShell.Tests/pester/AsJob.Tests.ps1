param([Parameter(Mandatory)] [string] $Module)

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    Write-Image disk.img 3
    Initialize-Vault

    function Get-Following { Get-Job | Where-Object PSJobTypeName -EQ AsrFailback }
}

AfterAll {
    Exit-TestFolder $folder
}

Describe '-AsJob' {
    BeforeAll {
        $job = New-AsrMachine web01 onprem ./disk.img -AsJob
        $waited = Wait-Job $job -Timeout 30
    }

    It 'returns a PowerShell job, by the name of the job of the vault' {
        $job | Should -BeOfType System.Management.Automation.Job
        $job.PSJobTypeName | Should -Be 'AsrFailback'
        $job.Location | Should -Be 'vault'
        (Get-AsrJob $job.Name).FriendlyName | Should -Be 'Import machine'
    }

    It 'is found by Get-Job, by id and by name' {
        (Get-Job -Id $job.Id).InstanceId | Should -Be $job.InstanceId
        (Get-Job -Name $job.Name).InstanceId | Should -Be $job.InstanceId
    }

    It 'is completed when Wait-Job returns' {
        $waited.State | Should -Be 'Completed'
        $job.PSEndTime | Should -Not -BeNullOrEmpty
        $job.HasMoreData | Should -BeTrue
    }

    It 'hands out what there is as often as it is kept, and once more' {
        foreach ($time in 1, 2) {
            $kept = Receive-Job $job -Keep
            @($kept).Count | Should -Be 1
            $kept | Should -BeOfType AsrFailback.Job
        }

        $received = Receive-Job $job
        $received.Name | Should -Be $job.Name
        $received.State | Should -Be 'Succeeded'
        $job.HasMoreData | Should -BeFalse
        Receive-Job $job -ErrorVariable again | Should -BeNullOrEmpty
        $again | Should -BeNullOrEmpty
    }

    It 'is left as it ended by Stop-Job, and forgotten by Remove-Job' {
        Stop-Job $job
        $job.State | Should -Be 'Completed'
        Remove-Job $job
        Get-Following | Should -BeNullOrEmpty
        (Get-AsrJob $job.Name).State | Should -Be 'Succeeded'
    }

    It 'passes its object on along a pipeline' {
        $ended = New-AsrMachine web02 onprem ./disk.img -AsJob | Receive-Job -Wait -AutoRemoveJob
        $ended.State | Should -Be 'Succeeded'
        Get-Following | Should -BeNullOrEmpty
    }

    It 'makes a job of each machine, and loses nothing of any' {
        $jobs = 'web01', 'web02' | Enable-AsrProtection -AsJob
        $jobs.Count | Should -Be 2
        $received = $jobs | Wait-Job -Timeout 30 | Receive-Job
        $received.TargetObjectName | Sort-Object | Should -Be @('web01', 'web02')
        $jobs.State | Should -Be @('Completed', 'Completed')
        $jobs | Remove-Job
    }
}

Describe '-AsJob that fails' {
    BeforeAll {
        $job = New-AsrFabric broken VMware ./disk.img/site -AsJob
        $null = Wait-Job $job -Timeout 30
        $received = Receive-Job $job -ErrorVariable failure -ErrorAction SilentlyContinue
    }

    It 'is a failed job' {
        $job.State | Should -Be 'Failed'
    }

    It 'returns the job of the vault all the same' {
        $received.Name | Should -Be $job.Name
        $received.State | Should -Be 'Failed'
    }

    It 'has the error of the catalogue, once' {
        @($failure).Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -Match '^FileError\b'
        $failure[0].Exception | Should -BeOfType AsrFailback.AsrException
        $failure[0].CategoryInfo.Category | Should -Be 'ReadError'
        $failure[0].TargetObject | Should -Be $job.Name
        $failure[0].ErrorDetails.RecommendedAction | Should -Be $received.Error.RecommendedAction
    }

    It 'has nothing left the second time' {
        Receive-Job $job -ErrorVariable again | Should -BeNullOrEmpty
        $again | Should -BeNullOrEmpty
        $job.HasMoreData | Should -BeFalse
    }
}

Describe '-AsJob that never begins' {
    It 'is a refusal at once, without a PowerShell job' {
        $before = @(Get-Following).Count
        $job = Confirm-AsrCommit web01 -Force -AsJob -ErrorVariable refusal -ErrorAction SilentlyContinue
        $job | Should -BeNullOrEmpty
        $refusal[0].FullyQualifiedErrorId | Should -Be 'WrongPhase,AsrFailback.Commands.ConfirmAsrCommitCommand'
        @(Get-Following).Count | Should -Be $before
    }

    It 'refuses -Wait beside it, and -TimeoutSec without -Wait' {
        { New-AsrRecoveryPoint web01 -AsJob -Wait } | Should -Throw -ErrorId 'ArgumentInvalid,*'
        { New-AsrRecoveryPoint web01 -AsJob -TimeoutSec 5 } | Should -Throw -ErrorId 'ArgumentInvalid,*'
    }
}

Describe 'A PowerShell job that is removed while it runs' {
    It 'takes no unhandled error along, and the vault stays of use' {
        $jobs = 1..5 | ForEach-Object { New-AsrRecoveryPoint web01 -AsJob -ErrorAction SilentlyContinue }
        $jobs | Remove-Job -Force
        Get-AsrJob -State NotStarted, InProgress | Wait-AsrJob -ErrorAction SilentlyContinue | Out-Null
        (New-AsrRecoveryPoint web01 after -Wait).State | Should -Be 'Succeeded'
    }
}
